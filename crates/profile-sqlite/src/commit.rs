//! The one shape of every commit: all of it is written in the writer's turn, or undone.

use diesel::{
    Connection as _, QueryResult, SqliteConnection,
    query_builder::{AstPass, QueryFragment, QueryId},
    sqlite::Sqlite,
};
use profile_domain::{Head, Reference, chain::redact, change::ChangeRecord};
use profile_ports::{CommitError, KeyedResponse, Step};
use profile_rows::{
    Instant, KindVisitor, Mark, Select as _, Stored,
    change::{ChangeRow, not_erased},
    claim::{free, take},
    person_record::note,
    references::unless_referenced,
    reply::insert_reply,
    sql, visit_kind,
};

use crate::{
    SqliteStore, client_number,
    error::{failed, unless_unique},
    order::Order,
    prepared::{Prepared, Rest},
    steps::StepWrite,
};

/// Writes everything of a commit, up to the first refusal.
pub(crate) fn write_all(
    connection: &mut SqliteConnection,
    order: &mut Order,
    writes: Vec<Prepared>,
    reply: Option<&KeyedResponse>,
    steps: Vec<StepWrite>,
) -> Result<Vec<Head>, CommitError> {
    // First of all: a repeated request is told so, whatever else has changed since it was answered.
    if let Some(reply) = reply {
        let kept = connection.execute_returning_count(&insert_reply(reply));
        kept.map_err(unless_unique(CommitError::Repeated))?;
    }
    for step in steps {
        step(connection)?;
    }
    let mut written = Vec::with_capacity(writes.len());
    for Prepared { row, draft, head, rest } in writes {
        let change = order.number(connection, draft, head).map_err(failed)?;
        let rows = row(connection, Mark::of(&change)).map_err(unless_unique(CommitError::Stale))?;
        if rows == 0 {
            return Err(CommitError::Stale);
        }
        check_not_erased(connection, &change, rest.step)?;
        written.push((change, rest));
    }
    check_references(connection, &written)?;
    check_ends(connection, &written)?;
    move_claims(connection, &written)?;
    written.into_iter().map(|(change, rest)| write_change(connection, &change, rest)).collect()
}

/// A record begins anew unless an erasure has taken its last change.
fn check_not_erased(
    connection: &mut SqliteConnection,
    change: &ChangeRecord,
    step: Step,
) -> Result<(), CommitError> {
    if step != Step::Begin || change.version == 1 {
        return Ok(());
    }
    let last = not_erased(&change.root, change.kind, &change.key, change.version - 1);
    if last.load_from(connection).map_err(failed)?.is_empty() { Err(CommitError::Stale) } else { Ok(()) }
}

/// Every record that is needed must be there when all rows are written.
fn check_references(
    connection: &mut SqliteConnection,
    written: &[(ChangeRecord, Rest)],
) -> Result<(), CommitError> {
    for Reference { field, kind, key } in written.iter().flat_map(|(_, rest)| &rest.needs) {
        if !visit_kind(*kind, IsThere { connection, key }).map_err(failed)? {
            return Err(CommitError::Missing(field));
        }
    }
    Ok(())
}

/// No record that ends may be named when all rows are written.
fn check_ends(
    connection: &mut SqliteConnection,
    written: &[(ChangeRecord, Rest)],
) -> Result<(), CommitError> {
    for (change, _) in written.iter().filter(|(_, rest)| rest.step == Step::End) {
        let Some(query) = unless_referenced::<SqliteStore>(change.kind, &change.key) else { continue };
        if query.load_from(connection).map_err(failed)?.is_empty() {
            return Err(CommitError::Referenced);
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
    client_number::write(rest.beside, connection, change.at.into())?;
    if let Some(person) = rest.joins {
        let noted = connection.execute_returning_count(&note(person, change.kind, &change.key));
        noted.map_err(failed)?;
    }
    // A record that is not there, and of which there is a first version, was there once.
    let is_first = rest.step == Step::Begin && change.version == 1;
    let refused = if is_first { CommitError::Ended } else { CommitError::Stale };
    let row = if rest.is_erased {
        ChangeRow::from(&redact(change.clone()))
    } else {
        ChangeRow::with_fields(change, rest.fields)
    };
    connection.execute_returning_count(&InsertChange(row)).map_err(unless_unique(refused))?;
    Ok(Head { at: change.at, chain: change.digest })
}

fn push_at<'b>(out: &mut AstPass<'_, 'b, Sqlite>, at: &'b Instant) -> QueryResult<()> {
    out.push_bind_param::<sql::Instant, _>(at)
}

/// Writes a change by a statement that is prepared once.
#[derive(QueryId)]
struct InsertChange(ChangeRow);

impl QueryFragment<Sqlite> for InsertChange {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("INSERT INTO changes (");
        out.push_sql(ChangeRow::COLUMNS);
        out.push_sql(") VALUES (");
        self.0.push_values(&mut out, push_at)?;
        out.push_sql(")");
        Ok(())
    }
}
