//! The columns of a row, as one piece of text.

use std::{
    any::TypeId,
    collections::HashMap,
    marker::PhantomData,
    sync::{LazyLock, PoisonError, RwLock},
};

use diesel::{
    AppearsOnTable, Expression, QueryResult, Selectable, SelectableExpression,
    backend::Backend,
    expression::ValidGrouping,
    pg::{Pg, PgQueryBuilder},
    query_builder::{AstPass, QueryBuilder as _, QueryFragment, QueryId},
};

/// The columns of the row `R` in its own order, which is the same in every database. Diesel's `as_select` would tie a query to
/// one of them; and it would walk through each column whenever the query is run, which for a wide row takes as long as the
/// database does to find it.
pub(crate) struct ColumnsOf<R>(PhantomData<fn() -> R>);

/// Returns the columns of a row.
pub(crate) const fn columns_of<R>() -> ColumnsOf<R> {
    ColumnsOf(PhantomData)
}

type Selection<R> = <R as Selectable<Pg>>::SelectExpression;

impl<R: Selectable<Pg>> Expression for ColumnsOf<R> {
    type SqlType = <Selection<R> as Expression>::SqlType;
}

impl<R: Selectable<Pg>, QS> AppearsOnTable<QS> for ColumnsOf<R> where Selection<R>: AppearsOnTable<QS> {}

impl<R: Selectable<Pg>, QS> SelectableExpression<QS> for ColumnsOf<R> where
    Selection<R>: SelectableExpression<QS>
{
}

impl<R: Selectable<Pg>, G> ValidGrouping<G> for ColumnsOf<R>
where
    Selection<R>: ValidGrouping<G>,
{
    type IsAggregate = <Selection<R> as ValidGrouping<G>>::IsAggregate;
}

impl<R: 'static> QueryId for ColumnsOf<R> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<R, DB> QueryFragment<DB> for ColumnsOf<R>
where
    R: Selectable<Pg> + 'static,
    Selection<R>: QueryFragment<Pg>,
    DB: Backend,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(text_of::<R>()?);
        Ok(())
    }
}

/// The texts of all rows that have been asked for. Each is made once and lives as long as the program.
static TEXTS: LazyLock<RwLock<HashMap<TypeId, &'static str>>> = LazyLock::new(RwLock::default);

/// Returns the columns with their table, in the quotes that SQL has for names and that SQLite understands as well.
fn text_of<R>() -> QueryResult<&'static str>
where
    R: Selectable<Pg> + 'static,
    Selection<R>: QueryFragment<Pg>,
{
    let row = TypeId::of::<R>();
    if let Some(text) = TEXTS.read().unwrap_or_else(PoisonError::into_inner).get(&row) {
        return Ok(text);
    }
    let mut builder = PgQueryBuilder::default();
    R::construct_selection().to_sql(&mut builder, &Pg)?;
    let mut texts = TEXTS.write().unwrap_or_else(PoisonError::into_inner);
    Ok(texts.entry(row).or_insert_with(|| builder.finish().leak()))
}
