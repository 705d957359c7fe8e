//! What an archive has, in this order: rows, changes, media.

use std::{collections::HashSet, io::Write, time::Duration};

use futures_util::TryStreamExt as _;
use profile_domain::change::{ChangeRecord, RecordKind};
use profile_import::exported_row;
use profile_ports::{EntryFilter, LogEntry, Page};
use profile_usecases::{Ports, RecordMedium, operator::ExportHead, record_media};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::{
    ExportError,
    archive::{Archive, Member},
    manifest::Of,
    person_changes::PersonChanges,
};

/// Records that are listed at once.
const PAGE: u32 = 200;
/// Changes that are read at once.
const CHANGES: u32 = 500;
/// How long the changes of the rows are waited for: the feed of a database with a server that has just died is seconds late.
const MAX_WAIT: Duration = Duration::from_secs(30);
/// How often the feed is asked meanwhile.
const INTERVAL: Duration = Duration::from_millis(200);

/// Kinds with rows or media: what others refer to first, then what refers to it. Pictures come before the uploads that they are
/// of.
const KINDS: [RecordKind; 14] = [
    RecordKind::Customer,
    RecordKind::File,
    RecordKind::Business,
    RecordKind::Language,
    RecordKind::Tenant,
    RecordKind::Account,
    RecordKind::App,
    RecordKind::User,
    RecordKind::Client,
    RecordKind::Brand,
    RecordKind::Group,
    RecordKind::Member,
    RecordKind::Override,
    RecordKind::Upload,
];

/// What an archive has by now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exported {
    /// Rows of records.
    pub records: u64,
    /// Changes.
    pub changes: u64,
    /// Bytes of media.
    pub media: u64,
}

/// Writes the archive that `head` begins to `out`, and returns that. `line` is the JSON of a change; `progress` is told how far
/// the export has come.
///
/// # Errors
/// [`ExportError`]; what was written is no archive.
pub async fn export<W: Write + Send + 'static>(
    ports: &Ports,
    head: ExportHead,
    line: fn(&ChangeRecord) -> String,
    out: W,
    progress: impl FnMut(Exported),
) -> Result<(Exported, W), ExportError> {
    let archive = Archive::begin(out, head.clone());
    let contents = Contents { ports, archive: &archive, head, line, progress, exported: Exported::default() };
    let filled = contents.fill().await;
    archive.end(filled).await
}

/// A file that goes into the archive.
struct Medium {
    path: String,
    /// The name in the media store.
    name: String,
    of: Of,
}

struct Contents<'a, W, P> {
    ports: &'a Ports,
    archive: &'a Archive<W>,
    head: ExportHead,
    line: fn(&ChangeRecord) -> String,
    progress: P,
    exported: Exported,
}

impl<W: Write + Send + 'static, P: FnMut(Exported)> Contents<'_, W, P> {
    async fn fill(mut self) -> Result<Exported, ExportError> {
        let (media, newest) = self.rows().await?;
        self.archive.member(text("changes.ndjson")).await?;
        match self.head.person {
            Some(person) => {
                let store = &*self.ports.store;
                let mut changes = PersonChanges::of(store, person).await?;
                loop {
                    let page = changes.next(store).await?;
                    if page.is_empty() {
                        break;
                    }
                    self.changes(&page).await?;
                }
            }
            None => self.all_changes(newest).await?,
        }
        for medium in media {
            self.medium(medium).await?;
        }
        Ok(self.exported)
    }

    /// Writes the rows; returns the media of the records, and the newest change of them all.
    async fn rows(&mut self) -> Result<(Vec<Medium>, Option<Uuid>), ExportError> {
        let (mut media, mut newest) = (Vec::new(), None);
        let mut names = HashSet::new();
        self.archive.member(text("records.ndjson")).await?;
        for kind in KINDS {
            let mut after: Option<String> = None;
            loop {
                let of = EntryFilter { kind, person: self.head.person };
                let next = Page { after: after.as_deref(), limit: PAGE };
                let page: Vec<LogEntry> = self.ports.store.list_entries(of, next).await?;
                let Some(last) = page.last() else { break };
                after = Some(last.key.clone());
                for entry in &page {
                    newest = newest.max(Some(entry.id));
                    let path = self.row(kind, &entry.key).await?;
                    let of_record = record_media(&*self.ports.store, kind, &entry.key).await?;
                    // An upload's rendition is the picture of whoever shows it.
                    let fresh = of_record.into_iter().filter(|medium| names.insert(medium.name.clone()));
                    media.extend(fresh.map(|RecordMedium { field, name, may_be_gone: _ }| Medium {
                        path: path.clone().unwrap_or_else(|| format!("media/{name}")),
                        of: Of { kind, key: entry.key.clone(), field },
                        name,
                    }));
                }
                (self.progress)(self.exported);
            }
        }
        Ok((media, newest))
    }

    /// Writes the row of a record; returns where the bytes of a file are.
    async fn row(&mut self, kind: RecordKind, key: &str) -> Result<Option<String>, ExportError> {
        let Some(row) = exported_row(self.ports, kind, key).await? else { return Ok(None) };
        self.archive.write(row.json + "\n").await?;
        self.exported.records += 1;
        Ok(row.path)
    }

    async fn changes(&mut self, page: &[ChangeRecord]) -> Result<(), ExportError> {
        let mut lines = String::new();
        for change in page {
            lines.push_str(&(self.line)(change));
            lines.push('\n');
        }
        self.archive.write(lines).await?;
        self.exported.changes += page.len() as u64;
        (self.progress)(self.exported);
        Ok(())
    }

    /// Writes every change in the order of the feed, up to its end and at least up to the newest one of the rows.
    async fn all_changes(&mut self, newest: Option<Uuid>) -> Result<(), ExportError> {
        let (begun, mut position) = (Instant::now(), None);
        loop {
            let page = self.ports.store.changes_behind(Page { after: position, limit: CHANGES }).await?;
            if let Some(last) = page.last() {
                position = Some(last.id);
                self.changes(&page).await?;
            } else if position >= newest || begun.elapsed() > MAX_WAIT {
                return Ok(());
            } else {
                sleep(INTERVAL).await;
            }
        }
    }

    /// Writes the bytes of a medium, unless its record has given it up since.
    async fn medium(&mut self, Medium { path, name, of }: Medium) -> Result<(), ExportError> {
        let Some(mut bytes) = self.ports.media.read(&name, None).await? else { return Ok(()) };
        self.archive.member(Member { path, of: Some(of), is_text: false }).await?;
        while let Some(piece) = bytes.try_next().await? {
            self.exported.media += piece.len() as u64;
            self.archive.write(piece).await?;
        }
        (self.progress)(self.exported);
        Ok(())
    }
}

fn text(path: &str) -> Member {
    Member { path: path.to_owned(), of: None, is_text: true }
}
