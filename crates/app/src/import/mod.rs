//! `profile import`: newline-delimited JSON into the stories of an import (operator page, section 3).

mod dry_media;
mod dry_members;
mod dry_run;
mod dry_users;
mod folder;
mod group;
mod lines;
mod rows;
mod settle;
mod source;
mod waiting;
mod work;

use std::{
    io::{IsTerminal as _, Write as _, stderr, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use profile_usecases::{Core, Origin, import::IMPORT};

use self::{
    folder::Folder,
    group::{Group, Task},
    lines::MAX_LINE,
    rows::Kind,
    settle::settle,
    source::Input,
    waiting::Waiting,
    work::{Tally, Work},
};
pub use self::{
    source::Source,
    work::{Event, Report},
};
use crate::{
    keys::{Adopt, Need},
    settings::Settings,
    wiring::{Opened, cause, core, open_database, open_keys, open_migrated},
};

/// What a row refers to may stand behind it, so the rows are looked at once for each of these: what can be referred to, then
/// what refers to it. Nothing but a group of rows is ever in memory, and what waits for names.
const PASSES: [&[Kind]; 3] = [
    &[Kind::Customer, Kind::File, Kind::Business, Kind::Language, Kind::Tenant],
    &[Kind::Account, Kind::App, Kind::User, Kind::Client, Kind::Brand, Kind::Group],
    &[Kind::ApiKey, Kind::Member],
];

pub(crate) async fn command(
    settings: &Settings,
    file: &Path,
    dry_run: bool,
    adopt: Adopt,
) -> anyhow::Result<ExitCode> {
    let source = Source::named(file);
    let input = Input::open(&source)?;
    let folder = Folder::new(source.folder().to_owned(), &secrets(settings))
        .context("cannot tell which files are secret")?;
    let opened = if dry_run { open_current(settings).await? } else { open_migrated(settings).await? };
    let need = if dry_run { Need::Nothing } else { Need::Vault };
    let keys = open_keys(settings, &opened, need, adopt).await?;
    let mut core = core(settings, opened.store, &keys)?;
    if dry_run {
        core = dry_run::without_effect(core);
    }
    let bar = progress_bar(input.size()? * PASSES.len() as u64);
    // Pinned: it holds a record in several states, and whoever calls would hold it all.
    let report = Box::pin(import(&core, &input, folder, |event| match event {
        Event::Read(bytes) => bar.set_position(bytes),
        Event::Failed(line, reason) => bar.suspend(|| {
            writeln!(stderr(), "line {line}: {reason}").ok();
        }),
    }))
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
async fn open_current(settings: &Settings) -> anyhow::Result<Opened> {
    let opened = open_database(settings)?;
    let shown = settings.shown_database_url();
    let pending = opened.database.pending_migrations().await.map_err(cause);
    let pending = pending.with_context(|| format!("cannot open database {shown}"))?;
    anyhow::ensure!(pending.is_empty(), "the database is not up to date: run `profile migrate` first");
    Ok(opened)
}

fn progress_bar(bytes: u64) -> ProgressBar {
    if !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {percent}% {bytes_per_sec}, {eta} left");
    ProgressBar::new(bytes).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Imports every row of `source`; good rows are kept whatever the others are.
pub async fn run(core: &Core, source: &Source, tell: impl FnMut(Event)) -> anyhow::Result<Report> {
    let folder = Folder::new(source.folder().to_owned(), &[])?;
    import(core, &Input::open(source)?, folder, tell).await
}

async fn import<T: FnMut(Event)>(
    core: &Core,
    input: &Input,
    folder: Folder,
    tell: T,
) -> anyhow::Result<Report> {
    let origin = Origin { contract: IMPORT, request_id: core.ids.request().to_string() };
    let work = Work { core: core.clone(), origin, folder: Arc::new(folder) };
    let mut tally = Tally { report: Report::default(), tell };
    for (pass, kinds) in (0_u64..).zip(PASSES) {
        let mut lines = input.lines()?;
        let mut group = Group::default();
        let mut waiting = Waiting::default();
        while let Some(line) = lines.next()? {
            let place = line.place;
            let row =
                line.bytes.ok_or_else(|| format!("is longer than {MAX_LINE} bytes")).and_then(|bytes| {
                    let kind = Kind::of(&bytes)?;
                    Ok((kind, bytes))
                });
            let bytes = match row {
                Ok((kind, bytes)) if kinds.contains(&kind) => bytes,
                Ok(_) => continue,
                Err(reason) => {
                    // Each pass meets it again.
                    if pass == 0 {
                        tally.refuse(place, reason);
                    }
                    continue;
                }
            };
            if group.is_full(place.length) {
                group.run(&work, &mut tally, &mut waiting).await;
                (tally.tell)(Event::Read(pass * input.size()? + lines.read));
            }
            let task = match Task::parse(core, place, &bytes) {
                Ok(task) => task,
                Err(reason) => {
                    tally.refuse(place, reason);
                    continue;
                }
            };
            drop(bytes);
            if group.concerns(&task) {
                group.run(&work, &mut tally, &mut waiting).await;
            }
            if waiting.concerns(&task) {
                task.into_waiting().into_iter().for_each(|row| waiting.add(row));
            } else {
                group.add(task);
            }
        }
        group.run(&work, &mut tally, &mut waiting).await;
        settle(&work, &mut tally, input, waiting).await?;
    }
    Ok(tally.report)
}
