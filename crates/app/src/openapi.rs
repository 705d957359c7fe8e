//! `profile openapi`: prints the document.

use std::{
    io::{Write as _, stdout},
    process::ExitCode,
};

use crate::settings::Settings;

/// Prints the document, as the service serves it.
pub(crate) fn openapi(settings: &Settings, contract: Option<&str>) -> anyhow::Result<ExitCode> {
    let document = profile_http::document(contract, &settings.public_url(), &settings.operator_url());
    writeln!(stdout(), "{document:#}")?;
    Ok(ExitCode::SUCCESS)
}
