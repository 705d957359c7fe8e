//! The one shape of every commit.

use async_trait::async_trait;
use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection};
use profile_domain::Saved;
use profile_ports::{Commit, CommitError, Repository, Unavailable};
use profile_rows::{Engine, Instant, Mark, Stored, change::ChangeRow, schema::changes};

use crate::{SqliteStore, error::committed, numbers, persons};

#[async_trait]
impl<T: Stored> Repository<T> for SqliteStore {
    async fn find(&self, key: &T::Key) -> Result<Option<Saved<T>>, Unavailable> {
        Engine::find(self, key).await
    }

    /// Writes a record as a new row, or over the row that still has the version which the commit starts from; and if that
    /// wrote a row, its change and what stands beside it. A new record's person is made if that is new.
    async fn commit(&self, commit: Commit<T>) -> Result<(), CommitError> {
        let (base, beside) = (commit.base(), T::beside(&commit));
        let Commit { next, record, .. } = commit;
        let row = next.into_row().map_err(Unavailable::database)?;
        let (at, mark, change) = (Instant(record.at), Mark::of(&record), ChangeRow::from(&record));
        let person = record.person.filter(|_| base.is_none());
        let work = move |connection: &mut SqliteConnection| {
            if let Some(person) = person {
                persons::ensure(connection, person, at)?;
            }
            let written = match base {
                None => connection.execute_returning_count(&T::insert(row, mark)),
                Some(base) => connection.execute_returning_count(&T::update(row, base, mark)),
            };
            if written? == 0 {
                return Ok(0);
            }
            numbers::write(beside, connection, at)?;
            diesel::insert_into(changes::table).values(change).execute(connection)
        };
        committed(record.facet, self.write(work).await)
    }
}
