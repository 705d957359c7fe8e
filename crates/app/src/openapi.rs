//! `profile openapi`: prints the document.

use std::{
    io::{Write as _, stdout},
    process::ExitCode,
};

pub(crate) fn openapi(contract: Option<&str>) -> anyhow::Result<ExitCode> {
    let document = profile_http::document(contract);
    writeln!(stdout(), "{}", document.to_pretty_json()?)?;
    Ok(ExitCode::SUCCESS)
}
