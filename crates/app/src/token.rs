//! `profile token`: prints a token of the service's own.

use std::{
    io::{Write as _, stdout},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;
use profile_domain::account::{CustomerId, Login};

use crate::{cli::TokenKind, settings::Settings, wiring::account_tokens};

pub(crate) fn token(settings: &Settings, ttl: Duration, kind: &TokenKind) -> anyhow::Result<ExitCode> {
    let token = match *kind {
        TokenKind::AccountUser { login } => {
            let login = Login::try_from(login).context("--login")?;
            account_tokens(settings)?.issue_for_user(login, ttl)?
        }
        TokenKind::AccountCustomer { customer } => {
            account_tokens(settings)?.issue_for_customer(CustomerId(customer), ttl)?
        }
    };
    writeln!(stdout(), "{token}")?;
    Ok(ExitCode::SUCCESS)
}
