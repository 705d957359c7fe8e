//! `profile token`: prints a token of the service's own.

use std::{
    io::{Write as _, stdout},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;

use crate::{
    cli::TokenCommand,
    contracts::Signing,
    keys::Adopt,
    settings::Settings,
    wiring::{clock, open_keys, open_migrated},
};

pub(crate) async fn token(
    settings: &Settings,
    adopt: Adopt,
    ttl: Duration,
    command: &TokenCommand,
) -> anyhow::Result<ExitCode> {
    let name = command.contract().context("no contract has this kind of token")?.name;
    let found = settings.contracts.iter().find(|contract| contract.tokens().contract == name);
    let contract = found.with_context(|| format!("there is no contract {name}"))?;
    let tokens = contract.tokens();
    let opened = open_migrated(settings).await?;
    let keys = open_keys(settings, &opened, tokens.need(), adopt).await?;
    if tokens.signing == Signing::KeyPairs && keys.users.is_some() {
        let now = clock(settings).now().timestamp();
        keys.note_users_token(now.saturating_add(i64::try_from(ttl.as_secs()).unwrap_or(i64::MAX))).await?;
    }
    let (verifier, _) = tokens.verifier(&keys, clock(settings))?;
    writeln!(stdout(), "{}", contract.issue(verifier, command.matches(), ttl)?)?;
    Ok(ExitCode::SUCCESS)
}
