//! One statement that writes a record and its change together.

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{BigInt, Binary, Bool, Nullable, Text},
};
use profile_rows::{Beside, Id, change::ChangeRow, sql};

use crate::numbers;

/// `write`, and the change if it wrote a row; as a common table expression, so in one round trip.
///
/// Executing it counts the changes: 1, or 0 if the version was stale. A lease that is over leaves the change without a time, and
/// the database refuses that: it is looked at for the change, when the row has been written and the transaction has a number.
///
/// With `FIXED`, the text is the same for each type of statement, so it is written and looked up once: an update writes every
/// column. That of an insert is not, because a column without a value is left to its default; nor is that of an update with
/// something beside it.
pub(crate) struct Recorded<W, const FIXED: bool> {
    pub(crate) write: W,
    /// Empty where the text is fixed.
    pub(crate) beside: Beside,
    pub(crate) change: ChangeRow,
    /// The row of the server that must have a lease.
    pub(crate) server: Id,
}

impl<W: 'static, const FIXED: bool> QueryId for Recorded<W, FIXED> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = FIXED;
}

impl<W: QueryFragment<Pg>, const FIXED: bool> QueryFragment<Pg> for Recorded<W, FIXED> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let ChangeRow { id, person_id, facet, key, root, version, at, actor, door, request_id, .. } =
            &self.change;
        let ChangeRow { reason, reason_redacted, fields, ended, salt, digest, .. } = &self.change;
        out.push_sql("WITH written AS (");
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
        out.push_sql(", (SELECT ");
        out.push_bind_param::<sql::Instant, _>(at)?;
        out.push_sql(" FROM feed_server WHERE server = ");
        out.push_bind_param::<sql::Id, _>(&self.server)?;
        out.push_sql(" AND lease_until > clock_timestamp() AND fenced IS NULL), ");
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
