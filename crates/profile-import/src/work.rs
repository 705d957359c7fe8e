//! How one row is imported, and how what became of the rows is counted and reported.

use std::sync::Arc;

use profile_domain::{
    Keyed, PersonId,
    change::{Cause, RecordKind},
};
use profile_ports::{Repository, Store, Unavailable};
use profile_usecases::{IMPORT, Next, Ports, Refusal, RequestOrigin, Seen};

use crate::{
    RowError,
    folder::Folder,
    kinds::{ImportRow, fields::ImportText},
    lines::Place,
};

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

/// The progress of an import.
#[derive(Debug)]
pub enum Event {
    /// A row was refused: where it stands, and why.
    Failed(Place, RowError),
    /// So many rows were worked on.
    Rows(u64),
    /// So many bytes are read, in all passes together.
    Read(u64),
}

/// What an import did with one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Imported {
    /// The record was made or changed.
    Written,
    /// It was as the row says.
    Unchanged,
    /// A name that the row asks for is another record's; names the field. What stands before that field may be written.
    Taken(&'static str),
}

/// What became of a row.
pub(crate) struct Outcome(Result<Imported, RowError>);

impl Outcome {
    /// The row is refused.
    pub(crate) const fn refused(reason: RowError) -> Self {
        Self(Err(reason))
    }

    /// Whether a name that the row asks for is another record's.
    pub(crate) const fn is_taken(&self) -> bool {
        matches!(self.0, Ok(Imported::Taken(_)))
    }
}

/// Returns the cause of what the command line imports.
#[must_use]
pub fn by_command(ports: &Ports) -> Cause {
    let origin = RequestOrigin::fresh(ports, IMPORT);
    origin.cause("operator".to_owned(), None)
}

/// What every row needs.
pub(crate) struct Work {
    pub(crate) ports: Ports,
    /// Who imports, and why.
    pub(crate) cause: Cause,
    pub(crate) folder: Arc<Folder>,
}

impl Work {
    /// Imports `row`; nothing is counted yet.
    pub(crate) async fn import(&self, row: Box<dyn ImportRow>) -> Outcome {
        Outcome(row.import(self).await.map_err(RowError::Refused))
    }

    /// Writes what `decide` makes of the record. A name that another record has is no failure yet, as that record may give
    /// it up.
    pub(crate) async fn write<T, N>(
        &self,
        key: T::Key,
        mut decide: impl AsyncFnMut(Option<&T>) -> Result<N, Refusal>,
    ) -> Result<Imported, Refusal>
    where
        T: Keyed,
        N: Into<Next<T>>,
        dyn Store: Repository<T>,
    {
        // What these name need not be there, in this import or at all.
        let is_free = matches!(T::KIND, RecordKind::Business | RecordKind::Override);
        let decide = async |existing: Option<&T>| {
            let next: Next<T> = decide(existing).await?.into();
            Ok(if is_free { next } else { next.with_named(existing) })
        };
        match self.ports.write(key, Seen::Nothing, self.cause(), decide).await {
            Ok(written) if written.is_changed => Ok(Imported::Written),
            Ok(_) => Ok(Imported::Unchanged),
            Err(Refusal::Taken(field)) => Ok(Imported::Taken(field)),
            Err(refused) => Err(refused),
        }
    }

    pub(crate) fn cause(&self) -> Cause {
        self.cause.clone()
    }

    /// The person of a record: the one whom the row calls by name, else the one it has, else a new one.
    pub(crate) async fn person_of(
        &self,
        alias: Option<&ImportText>,
        existing: Option<PersonId>,
    ) -> Result<PersonId, Unavailable> {
        match (alias, existing) {
            // An archive calls a person without an alias by the id.
            (Some(ImportText(id)), Some(person)) if id.as_str() == person.0.to_string() => Ok(person),
            (Some(alias), _) => self.ports.store.person_called(&alias.0, self.ports.ids.person()).await,
            (None, Some(person)) => Ok(person),
            (None, None) => Ok(self.ports.ids.person()),
        }
    }
}

/// Counts rows, and reports which ones were refused.
pub(crate) struct Tally<T> {
    pub(crate) report: Report,
    pub(crate) tell: T,
}

impl<T: FnMut(Event)> Tally<T> {
    /// Tells how far the import has come.
    pub(crate) fn progress(&mut self, bytes: u64) {
        let Report { imported, unchanged, failed } = self.report;
        (self.tell)(Event::Read(bytes));
        (self.tell)(Event::Rows(imported + unchanged + failed));
    }

    /// Counts an outcome, and reports it if the row was refused.
    pub(crate) fn record(&mut self, place: Place, outcome: Outcome) {
        match outcome.0 {
            Ok(Imported::Written) => self.report.imported += 1,
            Ok(Imported::Unchanged) => self.report.unchanged += 1,
            Ok(Imported::Taken(field)) => self.refuse(place, RowError::Taken(field)),
            Err(reason) => self.refuse(place, reason),
        }
    }

    /// Counts and reports a refused row.
    pub(crate) fn refuse(&mut self, place: Place, reason: RowError) {
        self.report.failed += 1;
        (self.tell)(Event::Failed(place, reason));
    }
}
