//! Settings, wiring and command line of the profile service.
//!
#![doc = include_str!("../README.md")]

mod api_key;
mod background;
mod backup;
mod checkpoint_file;
pub mod checkpoints;
pub mod cli;
mod config;
mod connections;
mod console_link;
mod contracts;
mod copy;
mod demo;
mod erase;
mod export;
mod import;
mod issuers;
mod key_cli;
pub mod keys;
mod logging;
mod master_key;
mod memory;
mod migrate;
mod openapi;
mod operator_cli;
mod operator_key;
mod output;
mod problems;
mod records;
pub mod retention;
pub mod search;
mod serve;
pub mod settings;
mod signing_key;
mod subscription;
mod subscription_cli;
pub mod system;
mod tidying;
mod token;
mod verify;
mod waiting;
pub mod wiring;

use std::process::ExitCode;

use anyhow::Context as _;
use cli::{Cli, Command, MasterKeyAction, OperatorAction, SearchAction, SigningKeyAction};
use settings::Settings;

/// Runs the command; the code tells the shell how it ended.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    memory::protect()?;
    let settings = Settings::load(cli.flags)?;
    let adopt = cli.adopt;
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if matches!(cli.command, Command::Serve { .. }) {
        // Its threads do what goes on beside the answers, which are made on threads of the HTTP server.
        runtime.on_thread_start(profile_workers::step_back);
    }
    let runtime = runtime.enable_all().build().context("cannot start the asynchronous runtime")?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve { demo, checkpoint_interval, retention_interval } => {
                let intervals =
                    serve::Intervals { checkpoints: checkpoint_interval, retention: retention_interval };
                Box::pin(serve::serve(settings, demo, adopt, intervals)).await
            }
            Command::Migrate { distribute: true, .. } => migrate::distribute(&settings).await,
            Command::Migrate { check, .. } => migrate::migrate(&settings, check).await,
            Command::Import { file, dry_run } => {
                Box::pin(import::command(&settings, &file, dry_run, adopt)).await
            }
            Command::Export(args) => Box::pin(export::command(&settings, args, adopt)).await,
            Command::Copy(args) => Box::pin(copy::command(settings, args)).await,
            Command::Backup { file } => Box::pin(backup::backup(&settings, &file)).await,
            Command::Restore { file } => Box::pin(backup::restore(&settings, &file)).await,
            Command::Token { ttl, kind } => token::token(&settings, adopt, ttl, &kind).await,
            Command::ApiKey { action } => api_key::run(&settings, adopt, action).await,
            Command::Operator { action: OperatorAction::Key { action } } => {
                operator_key::run(&settings, adopt, action).await
            }
            Command::ConsoleLink { role, name } => {
                Box::pin(console_link::command(&settings, adopt, &role, name)).await
            }
            Command::Subscription { action } => Box::pin(subscription::run(&settings, adopt, action)).await,
            Command::MasterKey { action: MasterKeyAction::Rotate } => {
                master_key::rotate(&settings, adopt).await
            }
            Command::MasterKey { action: MasterKeyAction::Forget { id } } => {
                master_key::forget(&settings, adopt, &id).await
            }
            Command::SigningKey { action: SigningKeyAction::Rotate } => {
                signing_key::rotate(&settings, adopt).await
            }
            Command::Find { text, json } => search::find(&settings, &text, json).await,
            Command::Show { kind, key, as_of, json } => {
                records::show(&settings, (&kind, &key), as_of, json).await
            }
            Command::History { kind, key, json } => records::history(&settings, (&kind, &key), json).await,
            Command::Erase { receipts, jwks } => {
                erase::command(&settings, &receipts, jwks.as_deref(), adopt).await
            }
            Command::Retention { dry_run } => retention::command(&settings, dry_run).await,
            Command::Search { action: SearchAction::Rebuild } => search::rebuild(&settings).await,
            Command::Verify(against) => verify::verify(&settings, &against).await,
            Command::Config { json } => config::config(&settings, json),
            Command::Settings => cli::print_settings(),
            Command::Openapi { contract } => openapi::openapi(&settings, contract.as_deref()),
        }
    })
}
