//! The one shape of every commit.

use profile_ports::{Commit, CommitError, Unavailable};
use profile_rows::{Beside, Instant, Stored};

use crate::{PostgresStore, recorded::Recorded, writer, writer::CommitStatement};

impl PostgresStore {
    /// Writes a record and its change.
    pub(crate) async fn commit<T: Stored>(&self, commit: Commit<T>) -> Result<(), CommitError> {
        self.commit_with(commit, Beside::default()).await
    }

    /// Writes a record as a new row, or over the row that still has the version which the commit starts from; and if that
    /// wrote a row, its change and what is `beside` it. A new record's person is made if that is new.
    pub(crate) async fn commit_with<T: Stored>(
        &self,
        commit: Commit<T>,
        beside: Beside,
    ) -> Result<(), CommitError> {
        let base = commit.base();
        let Commit { next, record, .. } = commit;
        let row = next.into_row().map_err(Unavailable::database)?;
        let at = Instant(record.at);
        let statement: Box<dyn CommitStatement> = match base {
            None => Box::new(Recorded::creation(T::insert(row, at), &record, beside)),
            Some(base) if beside.is_nothing() => {
                Box::new(Recorded::update(T::update(row, base, at), &record))
            }
            Some(base) => Box::new(Recorded::update_beside(T::update(row, base, at), &record, beside)),
        };
        writer::commit(self.share()?, (record.facet.name(), record.key), statement).await
    }
}
