//! One statement that writes something and stores the reply to the request that asks for it.

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
};

/// `statement`, and `reply` behind it in the same step: a common table expression is carried out whole or not at all.
#[derive(QueryId)]
pub(crate) struct Replied<S, R> {
    pub(crate) statement: S,
    pub(crate) reply: R,
}

impl<S: QueryFragment<Pg>, R: QueryFragment<Pg>> QueryFragment<Pg> for Replied<S, R> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH written AS (");
        self.statement.walk_ast(out.reborrow())?;
        out.push_sql(") ");
        self.reply.walk_ast(out)
    }
}
