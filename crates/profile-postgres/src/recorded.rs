//! One statement that writes a record and its change together.

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
};
use profile_rows::{Id, change::ChangeRow, sql};

/// `write`, and the change if it wrote a row; as a common table expression, so in one round trip.
///
/// Executing it counts the changes: 1, or 0 if the version was stale. A lease that is over leaves the change without a time, and
/// the database refuses that: it is looked at for the change, when the row has been written and the transaction has a number. On
/// a cluster the row is written by another machine, so the number of the one that has the lease is asked for before the lease is.
///
/// With `FIXED`, the text is the same for each type of statement, so it is written and looked up once: an update writes every
/// column. That of an insert is not, because a column without a value is left to its default.
pub(crate) struct Recorded<W, const FIXED: bool> {
    pub(crate) write: W,
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
        out.push_sql("WITH written AS (");
        self.write.walk_ast(out.reborrow())?;
        out.push_sql(" RETURNING root) INSERT INTO changes (");
        out.push_sql(ChangeRow::COLUMNS);
        out.push_sql(") SELECT ");
        self.change.push_values(&mut out, |out, at| {
            out.push_sql("(SELECT ");
            out.push_bind_param::<sql::Instant, _>(at)?;
            out.push_sql(" FROM feed_server WHERE server = ");
            out.push_bind_param::<sql::Id, _>(&self.server)?;
            out.push_sql(" AND pg_current_xact_id() IS NOT NULL");
            out.push_sql(" AND lease_until > clock_timestamp() AND fenced IS NULL)");
            Ok(())
        })?;
        out.push_sql(" FROM written");
        Ok(())
    }
}
