//! The one shape of every commit.

use async_trait::async_trait;
use profile_domain::Saved;
use profile_ports::{Commit, CommitError, Repository, Unavailable};
use profile_rows::{Engine, Mark, Stored};

use crate::{PostgresStore, recorded::Recorded, writer, writer::CommitStatement};

#[async_trait]
impl<T: Stored> Repository<T> for PostgresStore {
    async fn find(&self, key: &T::Key) -> Result<Option<Saved<T>>, Unavailable> {
        Engine::find(self, key).await
    }

    /// Writes a record as a new row, or over the row that still has the version which the commit starts from; and if that
    /// wrote a row, its change and what stands beside it. A new record's person is made if that is new.
    async fn commit(&self, commit: Commit<T>) -> Result<(), CommitError> {
        let (base, beside) = (commit.base(), T::beside(&commit));
        let Commit { next, record, .. } = commit;
        let row = next.into_row().map_err(Unavailable::database)?;
        let mark = Mark::of(&record);
        let statement: Box<dyn CommitStatement> = match base {
            None => Box::new(Recorded::creation(T::insert(row, mark), &record, beside)),
            Some(base) if beside.is_nothing() => {
                Box::new(Recorded::update(T::update(row, base, mark), &record))
            }
            Some(base) => Box::new(Recorded::update_beside(T::update(row, base, mark), &record, beside)),
        };
        writer::commit(self.share()?, (record.facet.name(), record.key), statement).await
    }
}
