//! The one shape of an update: every column of the row that has the key and the version which a commit starts from.

use diesel::{
    AsChangeset, QueryResult, QuerySource, Table,
    backend::Backend,
    query_builder::{AstPass, QueryFragment, QueryId},
};

/// An update that the database prepares once. Diesel has its own prepared anew each time, because what they set may differ;
/// this one sets every column, so that one type of it has one text. Rows are derived with `treat_none_as_null` for that.
pub(crate) struct Update<T, V, P> {
    table: T,
    values: V,
    found: P,
}

impl<T, V, P> Update<T, V, P> {
    /// Sets `values` in the row that `found` names.
    pub(crate) fn new<S>(table: &S, values: impl AsChangeset<Target = S, Changeset = V>, found: P) -> Self
    where
        S: Table + QuerySource<FromClause = T>,
    {
        Self { table: table.from_clause(), values: values.as_changeset(), found }
    }
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

#[cfg(test)]
mod tests {
    use diesel::{debug_query, pg::Pg, sqlite::Sqlite};
    use profile_domain::{Text, tenant::Language};

    use crate::{Instant, Mark, Statement, Stored as _};

    fn texts<S: Statement>(statement: &S) -> [String; 2] {
        assert!(S::HAS_STATIC_QUERY_ID);
        let texts =
            [debug_query::<Pg, _>(statement).to_string(), debug_query::<Sqlite, _>(statement).to_string()];
        texts.map(|text| text.split(" -- binds").next().unwrap().to_owned())
    }

    #[test]
    fn an_update_has_one_text_whatever_it_sets() {
        let text = |text: &str| Text::try_from(text).unwrap();
        let without =
            Language { id: 1, version: 2, name: text("a"), code: text("b"), icon: None, icon_square: None };
        let with = Language { icon: Some(text("c")), ..without.clone() };
        let [without, with] = [without, with].map(|language| {
            let row = language.into_row().unwrap();
            let mark = Mark { at: Instant(chrono::DateTime::UNIX_EPOCH), chain: vec![0; 32] };
            texts(&Language::update(row, "1".to_owned(), 1, mark))
        });
        assert_eq!(without, with);
    }
}
