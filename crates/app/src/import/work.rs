//! How rows are worked on, and how what became of them is counted and told.

use std::sync::Arc;

use profile_usecases::{Core, Origin, import::Imported};

use super::{folder::Folder, lines::Place, rows::Row};

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
    /// So many bytes are done, of all passes together.
    Read(u64),
}

/// What became of a row.
pub(super) struct Outcome(Result<Imported, String>);

impl Outcome {
    /// The row is refused.
    pub(super) fn refused(reason: &str) -> Self {
        Self(Err(reason.to_owned()))
    }

    /// Whether a name that the row asks for is another record's.
    pub(super) const fn is_taken(&self) -> bool {
        matches!(self.0, Ok(Imported::Taken(_)))
    }
}

/// What every row needs.
pub(super) struct Work {
    pub(super) core: Core,
    pub(super) origin: Origin,
    pub(super) folder: Arc<Folder>,
}

impl Work {
    /// Imports `row`; nothing is counted yet.
    pub(super) async fn import(&self, row: Row) -> Outcome {
        Outcome(row.import(&self.core, &self.folder, &self.origin).await)
    }
}

/// Counts rows, and tells which ones were refused.
pub(super) struct Tally<T> {
    pub(super) report: Report,
    pub(super) tell: T,
}

impl<T: FnMut(Event)> Tally<T> {
    /// Counts an outcome, and tells it if the row was refused.
    pub(super) fn record(&mut self, place: Place, outcome: Outcome) {
        match outcome.0 {
            Ok(Imported::Written) => self.report.imported += 1,
            Ok(Imported::Unchanged) => self.report.unchanged += 1,
            Ok(Imported::Taken(field)) => self.refuse(place, format!("{field} is taken")),
            Err(reason) => self.refuse(place, reason),
        }
    }

    /// Counts and tells a refused row.
    pub(super) fn refuse(&mut self, place: Place, reason: String) {
        self.report.failed += 1;
        (self.tell)(Event::Failed(place.number, reason));
    }
}
