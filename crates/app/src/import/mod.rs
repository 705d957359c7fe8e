//! `profile import`: newline-delimited JSON into the stories of an import (operator page, section 3).

mod dry_media;
mod dry_members;
mod dry_run;
mod dry_users;
mod lines;
mod rows;

use std::{
    collections::HashSet,
    io::{IsTerminal as _, Write as _, stderr, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use profile_usecases::{
    Core, Origin,
    import::{IMPORT, Imported},
};
use tokio::task::JoinSet;

use self::{
    lines::{Line, Lines},
    rows::{Kind, Row},
};
use crate::{
    settings::Settings,
    wiring::{Opened, cause, core, open_database, open_migrated},
};

/// Rows that are worked on at the same time; the embedded store shares one flush among them.
const GROUP: usize = 256;

/// What a row refers to may stand behind it, so the file is read once for each of these: what can be referred to, then
/// what refers to it. Nothing but a group of rows is ever in memory.
const PASSES: [&[Kind]; 3] = [
    &[Kind::Customer, Kind::File, Kind::Business, Kind::Language, Kind::Tenant],
    &[Kind::Account, Kind::App, Kind::User, Kind::Client, Kind::Brand, Kind::Group],
    &[Kind::ApiKey, Kind::Member],
];

/// Where the rows come from.
pub enum Source {
    /// A file; paths in it are relative to its folder.
    File(PathBuf),
    /// Rows that are part of the program.
    Bytes(&'static [u8]),
}

/// How an import went.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Rows that made or changed a record.
    pub imported: u64,
    /// Rows whose record was as they say.
    pub unchanged: u64,
    /// Rows that were refused.
    pub failed: u64,
}

/// What an import tells while it runs.
pub enum Event {
    /// A row was refused: its line, counted from 1, and why.
    Failed(u64, String),
    /// So many bytes of the file are done, of all passes together.
    Read(u64),
}

pub(crate) async fn command(settings: &Settings, file: &Path, dry_run: bool) -> anyhow::Result<ExitCode> {
    let size = std::fs::metadata(file).with_context(|| format!("cannot read {}", file.display()))?.len();
    let opened = if dry_run { open_current(settings).await? } else { open_migrated(settings).await? };
    let mut core = core(settings, opened.store)?;
    if dry_run {
        core = dry_run::without_effect(core);
    }
    let bar = progress_bar(size * PASSES.len() as u64);
    let report = run(&core, &Source::File(file.to_owned()), |event| match event {
        Event::Read(bytes) => bar.set_position(bytes),
        Event::Failed(line, reason) => bar.suspend(|| {
            writeln!(stderr(), "line {line}: {reason}").ok();
        }),
    })
    .await?;
    bar.finish_and_clear();
    let Report { imported, unchanged, failed } = report;
    writeln!(stdout(), "imported {imported}, unchanged {unchanged}, failed {failed}")?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
pub async fn run(core: &Core, source: &Source, mut tell: impl FnMut(Event)) -> anyhow::Result<Report> {
    let origin = Arc::new(Origin { contract: IMPORT, request_id: core.ids.request().to_string() });
    let folder: Arc<Path> = match source {
        Source::File(path) => path.parent().unwrap_or(Path::new("")).into(),
        Source::Bytes(_) => Path::new("").into(),
    };
    let mut report = Report::default();
    let mut done = 0;
    for (pass, kinds) in PASSES.iter().enumerate() {
        let mut lines = Lines::open(source)?;
        let mut group = Group::default();
        while let Some(line) = lines.next()? {
            match Kind::of(&line.bytes) {
                Ok(kind) if kinds.contains(&kind) => {}
                Ok(_) => continue,
                Err(reason) => {
                    if pass == 0 {
                        report.failed += 1;
                        tell(Event::Failed(line.number, reason));
                    }
                    continue;
                }
            }
            if let Some(refused) = group.add(&line, &mut report) {
                tell(refused);
            }
            if group.must_run() {
                group.run(core, &origin, &folder, &mut report, &mut tell).await?;
                tell(Event::Read(done + lines.read));
            }
        }
        group.run(core, &origin, &folder, &mut report, &mut tell).await?;
        done += lines.read;
    }
    Ok(report)
}

/// Rows with different keys, which may therefore be worked on in any order.
#[derive(Default)]
struct Group {
    rows: Vec<(u64, Row)>,
    keys: HashSet<String>,
    /// A row whose key is in the group already: it waits for the next one.
    next: Option<(u64, Row)>,
}

impl Group {
    fn add(&mut self, line: &Line, report: &mut Report) -> Option<Event> {
        match Row::parse(&line.bytes) {
            Ok(row) if self.keys.insert(row.key()) => self.rows.push((line.number, row)),
            Ok(row) => self.next = Some((line.number, row)),
            Err(reason) => {
                report.failed += 1;
                return Some(Event::Failed(line.number, reason));
            }
        }
        None
    }

    fn must_run(&self) -> bool {
        self.rows.len() >= GROUP || self.next.is_some()
    }

    async fn run(
        &mut self,
        core: &Core,
        origin: &Arc<Origin>,
        folder: &Arc<Path>,
        report: &mut Report,
        tell: &mut impl FnMut(Event),
    ) -> anyhow::Result<()> {
        let mut running = JoinSet::new();
        for (number, row) in self.rows.drain(..) {
            let (core, origin, folder) = (core.clone(), Arc::clone(origin), Arc::clone(folder));
            running.spawn(async move { (number, row.import(&core, &folder, &origin).await) });
        }
        let mut outcomes = running.join_all().await;
        outcomes.sort_by_key(|(number, _)| *number);
        for (number, outcome) in outcomes {
            match outcome {
                Ok(Imported::Written) => report.imported += 1,
                Ok(Imported::Unchanged) => report.unchanged += 1,
                Err(reason) => {
                    report.failed += 1;
                    tell(Event::Failed(number, reason));
                }
            }
        }
        self.keys.clear();
        if let Some((number, row)) = self.next.take() {
            self.keys.insert(row.key());
            self.rows.push((number, row));
        }
        Ok(())
    }
}
