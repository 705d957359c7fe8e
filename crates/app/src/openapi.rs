//! `profile openapi`: prints the document.

use std::{
    io::{Write as _, stdout},
    process::ExitCode,
};

use crate::cli::ContractName;

/// Prints the document of a service that callers reach at `public_url`.
pub(crate) fn openapi(contract: Option<ContractName>, public_url: &str) -> anyhow::Result<ExitCode> {
    let document = profile_http::document(contract.map(ContractName::name), public_url);
    writeln!(stdout(), "{}", document.to_pretty_json()?)?;
    Ok(ExitCode::SUCCESS)
}
