//! `profile console-link`: makes a key for half a day, and prints a link that signs in to the console with it, once.

use std::{
    io::{Write as _, stderr, stdout},
    process::ExitCode,
};

use anyhow::Context as _;
use profile_domain::operator::Role;
use profile_usecases::console::{ConsoleLink, create_console_link};

use crate::{
    keys::{Adopt, Need},
    settings::Settings,
    wiring::{open_keys, open_migrated, ports},
};

/// The link goes to standard output alone, and the id of its key to standard error.
pub(crate) async fn command(
    settings: &Settings,
    adopt: Adopt,
    role: &str,
    name: String,
) -> anyhow::Result<ExitCode> {
    let role = Role::from_name(role).context("--role is none of reader, support, privacy, admin")?;
    let opened = open_migrated(settings).await?;
    let keys = open_keys(settings, &opened, Need::Vault, adopt).await?;
    let ports = ports(settings, opened.store, &keys)?;
    let ConsoleLink { token, key } = create_console_link(&ports, name, role).await?;
    writeln!(stdout(), "{}", address(&settings.operator_url(), &token))?;
    writeln!(stderr(), "{}", key.id)?;
    Ok(ExitCode::SUCCESS)
}

/// Returns the address of a link, at which browsers find the console at `url`.
pub(crate) fn address(url: &str, token: &str) -> String {
    format!("{url}/console/link/{token}")
}
