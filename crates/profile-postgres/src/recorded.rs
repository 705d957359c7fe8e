//! One statement that writes a record and its change together.

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{BigInt, Binary, Bool, Nullable, Text},
};
use futures_util::{FutureExt as _, future::BoxFuture};
use profile_domain::change::ChangeRecord;
use profile_rows::{Beside, Id, Instant, change::ChangeRow, sql};

use crate::{link::Link, numbers, writer::CommitStatement};

/// `write`, and the change record if it wrote a row; as a common table expression, so in one round trip.
///
/// Executing it counts the change records: 1, or 0 if the version was stale.
///
/// The text of an `UPDATE` is the same for each type of statement, so it is written and looked up once: a commit writes every
/// column. That of an insert is not, because a column without a value is left to its default; nor is that of an update
/// with something beside it.
pub(crate) struct Recorded<W, const UPDATE: bool> {
    write: W,
    person: Option<Id>,
    beside: Beside,
    change: ChangeRow,
}

impl<W> Recorded<W, true> {
    /// An update, which finds its person there.
    pub(crate) fn update(write: W, record: &ChangeRecord) -> Self {
        Self { write, person: None, beside: Beside::default(), change: record.into() }
    }
}

impl<W> Recorded<W, false> {
    /// A creation, which makes its person if that is new.
    pub(crate) fn creation(write: W, record: &ChangeRecord, beside: Beside) -> Self {
        Self { write, person: record.person.map(Id::from), beside, change: record.into() }
    }

    /// An update that writes more than the record.
    pub(crate) fn update_beside(write: W, record: &ChangeRecord, beside: Beside) -> Self {
        Self { write, person: None, beside, change: record.into() }
    }
}

impl<W: 'static, const UPDATE: bool> QueryId for Recorded<W, UPDATE> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = UPDATE;
}

impl<W: QueryFragment<Pg>, const UPDATE: bool> QueryFragment<Pg> for Recorded<W, UPDATE> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let ChangeRow { id, person_id, facet, key, root, version, at, actor, door, request_id, .. } =
            &self.change;
        let ChangeRow { reason, reason_redacted, fields, ended, salt, digest, .. } = &self.change;
        out.push_sql("WITH ");
        if let Some(person) = &self.person {
            push_person(&mut out, person, at)?;
        }
        out.push_sql("written AS (");
        self.write.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING 1)");
        numbers::push(&self.beside, &mut out, at)?;
        out.push_sql(
            " INSERT INTO changes (id, person_id, facet, key, root, version, at, actor, door, request_id, \
             reason, reason_redacted, fields, ended, salt, digest) SELECT ",
        );
        out.push_bind_param::<sql::Id, _>(id)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<sql::Id>, _>(person_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(facet)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(key)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(root)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(version)?;
        out.push_sql(", ");
        out.push_bind_param::<sql::Instant, _>(at)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(actor)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(door)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(request_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(reason)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Binary>, _>(reason_redacted)?;
        out.push_sql(", ");
        out.push_bind_param::<sql::Json, _>(fields)?;
        out.push_sql(", ");
        out.push_bind_param::<Bool, _>(ended)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Binary>, _>(salt)?;
        out.push_sql(", ");
        out.push_bind_param::<Binary, _>(digest)?;
        out.push_sql(" FROM written");
        Ok(())
    }
}

impl<W: QueryFragment<Pg> + Send + Sync + 'static, const UPDATE: bool> CommitStatement
    for Recorded<W, UPDATE>
{
    fn send<'a>(&self, link: &'a Link) -> BoxFuture<'a, QueryResult<usize>> {
        let outgoing = link.outgoing(self);
        async move { link.perform(outgoing?).await }.boxed()
    }
}

fn push_person<'b>(out: &mut AstPass<'_, 'b, Pg>, id: &'b Id, at: &'b Instant) -> QueryResult<()> {
    out.push_sql("known AS (INSERT INTO person (person_id, created_at) VALUES (");
    out.push_bind_param::<sql::Id, _>(id)?;
    out.push_sql(", ");
    out.push_bind_param::<sql::Instant, _>(at)?;
    out.push_sql(") ON CONFLICT DO NOTHING), ");
    Ok(())
}
