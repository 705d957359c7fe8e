//! `profile migrate`: brings the schema up to date.

use std::{
    io::{Write as _, stdout},
    process::ExitCode,
};

use anyhow::Context as _;

use crate::{
    settings::Settings,
    wiring::{cause, open_database},
};

pub(crate) async fn migrate(settings: &Settings, check: bool) -> anyhow::Result<ExitCode> {
    let database = open_database(settings)?.database;
    let context = || format!("cannot migrate database {}", settings.shown_database_url());
    if check {
        let pending = database.pending_migrations().await.map_err(cause).with_context(context)?;
        report("pending", &pending)?;
        return Ok(if pending.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let applied = database.migrate().await.map_err(cause).with_context(context)?;
    report("applied", &applied)?;
    Ok(ExitCode::SUCCESS)
}

fn report(what: &str, migrations: &[String]) -> std::io::Result<()> {
    let mut out = stdout().lock();
    for migration in migrations {
        writeln!(out, "{what} {migration}")?;
    }
    if migrations.is_empty() {
        writeln!(out, "up to date")?;
    }
    Ok(())
}
