//! A statement that is put together from text and values, because its table is known only when it runs.

use diesel::{
    QueryResult, RunQueryDsl,
    backend::Backend,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::Untyped,
};

use super::bound::Bound;

enum Piece {
    Text(String),
    Value(Bound),
}

/// Text and values in their order.
#[derive(Default)]
pub(super) struct SqlText(Vec<Piece>);

impl SqlText {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(vec![Piece::Text(text.into())])
    }

    pub(super) fn text(mut self, text: impl Into<String>) -> Self {
        self.0.push(Piece::Text(text.into()));
        self
    }

    pub(super) fn value(mut self, value: Bound) -> Self {
        self.0.push(Piece::Value(value));
        self
    }

    pub(super) fn string(self, value: &str) -> Self {
        self.value(Bound::Text(Some(value.to_owned())))
    }

    /// Adds values between brackets, with commas between them.
    pub(super) fn values(mut self, values: impl IntoIterator<Item = Bound>) -> Self {
        let mut before = "(";
        for value in values {
            self = self.text(before).value(value);
            before = ", ";
        }
        self.text(")")
    }
}

/// Its text is not known by its type.
impl QueryId for SqlText {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for SqlText {
    type SqlType = Untyped;
}

impl<Conn> RunQueryDsl<Conn> for SqlText {}

impl<DB> QueryFragment<DB> for SqlText
where
    DB: Backend,
    Bound: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.push_sql(text),
                Piece::Value(value) => value.walk_ast(out.reborrow())?,
            }
        }
        Ok(())
    }
}
