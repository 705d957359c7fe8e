//! The one shape of every commit: all of it is written in the writer's turn, or undone.

use async_trait::async_trait;
use diesel::{Connection as _, QueryResult, RunQueryDsl as _, SqliteConnection};
use profile_domain::{Claim, Draft, Head, Reference, Saved, change::ChangeRecord};
use profile_ports::{
    Commit, CommitError, Commits, KeptReply, Repository, Step, Unavailable, Write, change_log,
};
use profile_rows::{
    Beside, Engine, Json, KindVisitor, Mark, RecordVisitor, Select as _, Stored, Unreadable,
    change::ChangeRow,
    claim::{free, take},
    reply::insert_reply,
    schema::changes,
    visit_kind, visit_record,
};

use crate::{
    SqliteStore,
    error::{failed, unless_unique},
    numbers,
    order::Order,
};

#[async_trait]
impl<T: Stored> Repository<T> for SqliteStore {
    async fn find(&self, key: &T::Key) -> Result<Option<Saved<T>>, Unavailable> {
        Engine::find(self, key).await
    }
}

#[async_trait]
impl Commits for SqliteStore {
    async fn commit(&self, commit: Commit) -> Result<Vec<Head>, CommitError> {
        let Commit { writes, reply } = commit;
        // Rows are made here, and not by the one thread that all commits wait for.
        let writes: Result<Vec<_>, Unreadable> = writes.into_iter().map(Prepared::of).collect();
        let writes = writes.map_err(Unavailable::database)?;
        self.writer.run(move |connection, order| write_all(connection, order, writes, reply.as_ref())).await
    }
}

/// Writes or removes a row; returns how many rows it found.
type RowWrite = Box<dyn FnOnce(&mut SqliteConnection, Mark) -> QueryResult<usize> + Send>;

/// A write, as far as it can be prepared before its turn.
struct Prepared {
    row: RowWrite,
    draft: Draft,
    head: Option<Head>,
    rest: Rest,
}

/// What is written once all rows are.
struct Rest {
    step: Step,
    fields: Json,
    takes: Vec<Claim>,
    frees: Vec<Claim>,
    needs: Vec<Reference>,
    beside: Beside,
}

impl Prepared {
    fn of(write: Write) -> Result<Self, Unreadable> {
        let (base, beside) = (write.base(), Beside::of(&write));
        let Write { step, record, draft, head, takes, frees, needs, fresh_key: _ } = write;
        let row = visit_record(record, ToRow { step, root: draft.root.clone(), base })?;
        let fields = Json::from(change_log::encode(&draft.fields));
        Ok(Self { row, draft, head, rest: Rest { step, fields, takes, frees, needs, beside } })
    }
}

/// Makes the statement that a step is to the row of its record.
struct ToRow {
    step: Step,
    root: String,
    base: i64,
}

impl RecordVisitor for ToRow {
    type Output = Result<RowWrite, Unreadable>;

    fn visit<T: Stored>(self, record: T) -> Self::Output {
        let Self { step, root, base } = self;
        if step == Step::End {
            let statement = T::delete(&record.id(), base);
            return Ok(Box::new(move |connection, _| connection.execute_returning_count(&statement)));
        }
        let row = record.into_row()?;
        Ok(Box::new(move |connection, mark| {
            if step == Step::Begin {
                connection.execute_returning_count(&T::insert(row, root, mark))
            } else {
                connection.execute_returning_count(&T::update(row, root, base, mark))
            }
        }))
    }
}

/// Writes everything of a commit, up to the first refusal.
fn write_all(
    connection: &mut SqliteConnection,
    order: &mut Order,
    writes: Vec<Prepared>,
    reply: Option<&KeptReply>,
) -> Result<Vec<Head>, CommitError> {
    // First of all: a repeated request is told so, whatever else has changed since it was answered.
    if let Some(reply) = reply {
        let kept = connection.execute_returning_count(&insert_reply(reply));
        kept.map_err(unless_unique(CommitError::Repeated))?;
    }
    let mut written = Vec::with_capacity(writes.len());
    for Prepared { row, draft, head, rest } in writes {
        let change = order.number(connection, draft, head).map_err(failed)?;
        let rows = row(connection, Mark::of(&change)).map_err(unless_unique(CommitError::Stale))?;
        if rows == 0 {
            return Err(CommitError::Stale);
        }
        written.push((change, rest));
    }
    check_references(connection, &written)?;
    move_claims(connection, &written)?;
    written.into_iter().map(|(change, rest)| write_change(connection, &change, rest)).collect()
}

/// Every record that is needed must be there when all rows are written.
fn check_references(
    connection: &mut SqliteConnection,
    written: &[(ChangeRecord, Rest)],
) -> Result<(), CommitError> {
    for Reference { field, facet, key } in written.iter().flat_map(|(_, rest)| &rest.needs) {
        if !visit_kind(*facet, IsThere { connection, key }).map_err(failed)? {
            return Err(CommitError::Missing(field));
        }
    }
    Ok(())
}

/// Whether the record with this key is there.
struct IsThere<'a> {
    connection: &'a mut SqliteConnection,
    key: &'a str,
}

impl KindVisitor for IsThere<'_> {
    type Output = QueryResult<bool>;

    fn visit<T: Stored>(self) -> Self::Output {
        let Some(key) = T::parse_key(self.key) else { return Ok(false) };
        Ok(!T::by_key(&key).load_from(self.connection)?.is_empty())
    }
}

/// Frees all values before it gives any, so that one may pass from a record to another.
fn move_claims(
    connection: &mut SqliteConnection,
    written: &[(ChangeRecord, Rest)],
) -> Result<(), CommitError> {
    for (change, rest) in written {
        for claim in &rest.frees {
            connection.execute_returning_count(&free(claim, &change.key)).map_err(failed)?;
        }
    }
    for (change, rest) in written {
        for claim in &rest.takes {
            let taken = connection.execute_returning_count(&take(claim, &change.root, &change.key));
            taken.map_err(unless_unique(CommitError::Taken(claim.clone())))?;
        }
    }
    Ok(())
}

/// Writes a change, and what stands beside its record; returns what it leaves on the record.
fn write_change(
    connection: &mut SqliteConnection,
    change: &ChangeRecord,
    rest: Rest,
) -> Result<Head, CommitError> {
    numbers::write(rest.beside, connection, change.at.into())?;
    // A record that is not there, and of which there is a first version, was there once.
    let is_first = rest.step == Step::Begin && change.version == 1;
    let refused = if is_first { CommitError::Ended } else { CommitError::Stale };
    let row = ChangeRow::with_fields(change, rest.fields);
    diesel::insert_into(changes::table).values(row).execute(connection).map_err(unless_unique(refused))?;
    Ok(Head { at: change.at, chain: change.digest })
}
