//! `profile openapi`: prints the document.

use std::{
    io::{Write as _, stdout},
    process::ExitCode,
};

/// Prints the document of a service that callers reach at `public_url`.
pub(crate) fn openapi(contract: Option<&str>, public_url: &str) -> anyhow::Result<ExitCode> {
    let document = profile_http::document(contract, public_url);
    writeln!(stdout(), "{document:#}")?;
    Ok(ExitCode::SUCCESS)
}
