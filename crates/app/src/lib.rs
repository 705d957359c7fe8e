//! Settings, wiring and command line of the profile service.

pub mod cli;
mod connections;
mod demo;
pub mod import;
mod key;
mod keys;
mod logging;
mod migrate;
mod openapi;
mod serve;
pub mod settings;
pub mod system;
mod token;
mod verify;
mod wiring;

use std::process::ExitCode;

use anyhow::Context as _;
use cli::{Cli, Command, KeyAction, KeysAction};
use settings::Settings;

/// Runs the command; the code tells the shell how it ended.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let settings = Settings::load(cli.flags)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the asynchronous runtime")?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve { demo } => serve::serve(settings, demo).await,
            Command::Migrate { check } => migrate::migrate(&settings, check).await,
            Command::Import { file, dry_run } => import::command(&settings, &file, dry_run).await,
            Command::Token { ttl, kind } => token::token(&settings, ttl, &kind),
            Command::Keys { action: KeysAction::Rotate } => keys::rotate(&settings).await,
            Command::Key { action: KeyAction::Create(new) } => key::create(&settings, new).await,
            Command::Verify => verify::verify(&settings).await,
            Command::Openapi { contract } => openapi::openapi(contract),
        }
    })
}
