//! `profile openapi`: prints the document.

use std::{
    io::{Write as _, stdout},
    process::ExitCode,
};

use crate::cli::ContractName;

pub(crate) fn openapi(contract: Option<ContractName>) -> anyhow::Result<ExitCode> {
    let document = profile_http::document(contract.map(ContractName::name));
    writeln!(stdout(), "{}", document.to_pretty_json()?)?;
    Ok(ExitCode::SUCCESS)
}
