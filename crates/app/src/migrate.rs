//! `profile migrate`: brings the schema up to date, and spreads it over a cluster.

use std::{
    io::{Write as _, stdout},
    process::ExitCode,
};

use anyhow::{Context as _, anyhow};
use profile_ports::NotDistributable;

use crate::{
    settings::Settings,
    wiring::{cause, open_as_it_is, open_database},
};

pub(crate) async fn migrate(settings: &Settings, check: bool) -> anyhow::Result<ExitCode> {
    let context = || format!("cannot migrate database {}", settings.shown_database_url());
    if check {
        let (opened, _folder) = open_as_it_is(settings)?;
        let pending = opened.database.pending_migrations().await.map_err(cause).with_context(context)?;
        report("pending ", &pending)?;
        return Ok(if pending.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let database = open_database(settings)?.database;
    let applied = database.migrate().await.map_err(cause).with_context(context)?;
    report("applied ", &applied)?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn distribute(settings: &Settings) -> anyhow::Result<ExitCode> {
    let context = || format!("cannot distribute database {}", settings.shown_database_url());
    // Opening a file would make it.
    if settings.embedded_path().is_some() {
        return Err(anyhow!(NotDistributable::File).context(context()));
    }
    let database = open_database(settings)?.database;
    let done = database.distribute().await.map_err(|error| match error {
        NotDistributable::Unavailable(error) => cause(error),
        refused => anyhow!(refused),
    });
    let done = done.with_context(context)?;
    report("", &done)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints a line for each thing, behind what became of it.
fn report(what: &str, things: &[String]) -> std::io::Result<()> {
    let mut out = stdout().lock();
    for thing in things {
        writeln!(out, "{what}{thing}")?;
    }
    if things.is_empty() {
        writeln!(out, "up to date")?;
    }
    Ok(())
}
