//! The one shape of an update: every column of the row that has the key and the version which a commit starts from.

use diesel::{
    QueryResult, RunQueryDsl,
    backend::Backend,
    query_builder::{AstPass, QueryFragment, QueryId},
};

/// An update that the database prepares once. Diesel has its own prepared anew each time, because what they set may differ;
/// this one sets every column, so that one type of it has one text. Rows are derived with `treat_none_as_null` for that.
pub(crate) struct Update<T, V, P> {
    pub(crate) table: T,
    pub(crate) values: V,
    pub(crate) found: P,
}

impl<T: 'static, V: 'static, P: 'static> QueryId for Update<T, V, P> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<DB, T, V, P> QueryFragment<DB> for Update<T, V, P>
where
    DB: Backend,
    T: QueryFragment<DB>,
    V: QueryFragment<DB>,
    P: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ");
        self.table.walk_ast(out.reborrow())?;
        out.push_sql(" SET ");
        self.values.walk_ast(out.reborrow())?;
        out.push_sql(" WHERE ");
        self.found.walk_ast(out)
    }
}

impl<C, T, V, P> RunQueryDsl<C> for Update<T, V, P> {}

/// Sets every column of the row that has the key and the version `$base`.
macro_rules! update {
    ($table:ident, ($values:expr, $at:expr), $base:expr, |$row:ident| $key:expr) => {{
        let values = $values;
        let key = {
            let $row = &values;
            $key
        };
        crate::update::Update {
            table: diesel::QuerySource::from_clause(&$table::table),
            found: key.and($table::version.eq($base)),
            values: diesel::AsChangeset::as_changeset((values, $at)),
        }
    }};
}
