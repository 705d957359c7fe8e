//! `profile import`: reads a file into the database, with a progress bar and a line for each bad row.

use std::{
    io::{Write as _, stderr, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use indicatif::ProgressBar;
use profile_import::{Event, Folder, Report, Source, by_command, import, without_effect, work_bytes};
use tempfile::TempDir;

use crate::{
    keys::{Adopt, Need},
    output::progress,
    settings::Settings,
    wiring::{Opened, cause, open_as_it_is, open_keys, open_migrated, ports},
};

pub(crate) async fn command(
    settings: &Settings,
    file: &Path,
    dry_run: bool,
    adopt: Adopt,
) -> anyhow::Result<ExitCode> {
    let source = Source::named(file)?;
    let folder = Folder::of(&source, &secrets(settings))?;
    let (opened, _folder) =
        if dry_run { open_current(settings).await? } else { (open_migrated(settings).await?, None) };
    let need = if dry_run { Need::Nothing } else { Need::Vault };
    let keys = open_keys(settings, &opened, need, adopt).await?;
    let mut ports = ports(settings, opened.store, &keys)?;
    if dry_run {
        ports = without_effect(ports);
    }
    let bar = ProgressBar::new(work_bytes(&source)?);
    let bar = progress(bar, "{bar:40} {percent}% {bytes_per_sec}, {eta} left");
    // Pinned: it holds a record in several states, and whoever calls would hold it all.
    let report = Box::pin(import(
        &ports,
        &source,
        folder,
        by_command(&ports),
        async || false,
        |event| match event {
            Event::Read(bytes) => bar.set_position(bytes),
            Event::Failed(place, reason) => bar.suspend(|| {
                writeln!(stderr(), "line {}: {reason}", place.number).ok();
            }),
            Event::Rows(_) => {}
        },
    ))
    .await?;
    bar.finish_and_clear();
    let Report { imported, unchanged, failed } = report;
    writeln!(stdout(), "imported {imported}, unchanged {unchanged}, failed {failed}")?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What must never become public: files that hold settings, the generated keys, and the embedded database.
fn secrets(settings: &Settings) -> Vec<PathBuf> {
    let mut secrets = settings.files.clone();
    secrets.push(settings.keys_dir());
    if let Some(database) = settings.embedded_path() {
        secrets.extend(["", "-wal", "-shm"].map(|end| {
            let mut path = database.as_os_str().to_owned();
            path.push(end);
            PathBuf::from(path)
        }));
    }
    secrets
}

/// The database as it is; a dry run may not even bring its schema up to date.
async fn open_current(settings: &Settings) -> anyhow::Result<(Opened, Option<TempDir>)> {
    let (opened, folder) = open_as_it_is(settings)?;
    let context = || format!("cannot open database {}", settings.shown_database_url());
    if folder.is_some() {
        opened.database.migrate().await.map_err(cause).with_context(context)?;
    }
    let pending = opened.database.pending_migrations().await.map_err(cause).with_context(context)?;
    anyhow::ensure!(pending.is_empty(), "the database is not up to date: run `profile migrate` first");
    Ok((opened, folder))
}
