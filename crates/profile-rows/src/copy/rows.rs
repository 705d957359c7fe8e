//! Reading and writing rows of any table, and the mark of the copy.

use diesel::QueryableByName;
use profile_domain::change::Digest;
use profile_ports::{Cell, CopyMark, LogEnds, MarkMove, Page, Row, RowPage, TableSum, Unavailable};
use uuid::Uuid;

use super::{
    bound::Bound,
    cells::{ReadRow, typed},
    place,
    sql_text::SqlText,
    table::{ColumnType, TableShape, tables},
};
use crate::{
    change::{changes_behind, last_position},
    engine::{Engine, Queries, repeatable},
    reading::Unreadable,
    sql,
};

/// Most values of one statement, and most rows of a page: both databases take more, and a page stays within a few megabytes.
const MAX_VALUES: usize = 16_000;
const MAX_ROWS: usize = 1_000;
/// Rows that are removed by one statement.
const CLEARED: usize = 5_000;
/// The table of the log, which both databases read by position.
const LOG: &str = "changes";

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = sql::Text)]
    name: String,
}

#[derive(QueryableByName)]
struct MarkRow {
    #[diesel(sql_type = sql::Text)]
    origin: String,
    #[diesel(sql_type = sql::Text)]
    head: String,
    #[diesel(sql_type = sql::Text)]
    step: String,
}

fn shape(table: &str) -> Result<TableShape, Unavailable> {
    let found = tables().map_err(Unavailable::database)?.into_iter().find(|shape| shape.name == table);
    found.ok_or_else(|| Unavailable::database(format!("{table} is not copied")))
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

/// The columns by which a table is read in pages: its primary key in this database, or all where it has none.
async fn key<E: Engine>(engine: &E, shape: &TableShape) -> Result<Vec<(String, ColumnType)>, Unavailable> {
    let named: Vec<Named> = if shape.name == LOG {
        vec![Named { name: "id".to_owned() }]
    } else {
        engine.load(SqlText::new(E::COPY.primary_key.replace(":table", &shape.name))).await?
    };
    if named.is_empty() {
        return Ok(shape.columns.clone());
    }
    let column = |Named { name }: Named| {
        let found = shape.columns.iter().find(|(column, _)| *column == name);
        found.cloned().ok_or_else(|| Unavailable::database(format!("{} has no {name}", shape.name)))
    };
    named.into_iter().map(column).collect()
}

/// Returns what tells this database from every other one.
pub async fn database_name<E: Engine>(engine: &E) -> Result<String, Unavailable> {
    let named: Option<Named> = engine.first(SqlText::new(E::COPY.database_name)).await?;
    named.map(|named| named.name).ok_or_else(|| Unavailable::database("it has no name"))
}

/// Returns the first and the last change of the log.
pub async fn log_ends(engine: &impl Queries) -> Result<Option<LogEnds>, Unavailable> {
    let first = changes_behind(engine, Page::first(1), None).await?.first().map(|change| change.id);
    let last = last_position(engine, None).await?;
    Ok(first.zip(last).map(|(first, last): (Uuid, Uuid)| LogEnds { first, last }))
}

/// Returns how many rows a table has.
pub async fn count_rows(engine: &impl Queries, table: &str) -> Result<u64, Unavailable> {
    let counted: Option<ReadRow> =
        engine.first(SqlText::new(format!("SELECT count(*) FROM {table}"))).await?;
    match counted.map(|row| row.0).as_deref() {
        Some([Cell::Integer(rows)]) => u64::try_from(*rows).map_err(Unavailable::database),
        _ => Err(Unavailable::database("it does not count")),
    }
}

/// Returns rows of a table behind a place.
pub async fn read_rows<E: Engine>(
    engine: &E,
    table: &str,
    after: Option<&str>,
) -> Result<RowPage, Unavailable> {
    let shape = shape(table)?;
    let key = key(engine, &shape).await?;
    let limit = (MAX_VALUES / shape.columns.len().max(1)).clamp(1, MAX_ROWS);
    page(engine, &shape, &shape.columns, &key, after, limit).await
}

/// Returns rows of some columns, which hold the key.
async fn page(
    engine: &impl Queries,
    shape: &TableShape,
    columns: &[(String, ColumnType)],
    key: &[(String, ColumnType)],
    after: Option<&str>,
    limit: usize,
) -> Result<RowPage, Unavailable> {
    let damaged = |unreadable: Unreadable| Unavailable::database(format!("{}: {unreadable}", shape.name));
    let order = list(key.iter().map(|(name, _)| name.as_str()));
    let names = list(columns.iter().map(|(name, _)| name.as_str()));
    let mut query = SqlText::new(format!("SELECT {names} FROM {}", shape.name));
    if let Some(after) = after {
        let types: Vec<ColumnType> = key.iter().map(|(_, of)| *of).collect();
        let bound = place::read(after, &types).map_err(damaged)?;
        query = query.text(format!(" WHERE ({order}) > ")).values(bound);
    }
    let found: Vec<ReadRow> = engine.load(query.text(format!(" ORDER BY {order} LIMIT {limit}"))).await?;
    let is_full = found.len() == limit;
    let row = |ReadRow(cells): ReadRow| {
        cells.into_iter().zip(columns).map(|(cell, (_, of))| typed(cell, *of)).collect::<Result<Row, _>>()
    };
    let rows: Vec<Row> = found.into_iter().map(row).collect::<Result<_, _>>().map_err(damaged)?;
    let next = match rows.last().filter(|_| is_full) {
        None => None,
        Some(last) => {
            let part = |name: &String| columns.iter().position(|(column, _)| column == name);
            let parts = key.iter().filter_map(|(name, _)| last.get(part(name)?));
            Some(place::write(&parts.collect::<Vec<_>>()).map_err(damaged)?)
        }
    };
    Ok(RowPage { rows, next })
}

/// Returns the number of rows of a table of records, and their chain heads added up.
pub async fn sum_heads<E: Engine>(engine: &E, table: &str) -> Result<TableSum, Unavailable> {
    let shape = shape(table)?;
    let key = key(engine, &shape).await?;
    let mut columns = key.clone();
    columns.push(("chain".to_owned(), ColumnType::Binary));
    let mut sum = TableSum::default();
    let mut after: Option<String> = None;
    loop {
        let RowPage { rows, next } =
            page(engine, &shape, &columns, &key, after.as_deref(), MAX_ROWS * 4).await?;
        for row in rows {
            let Some(Cell::Bytes(head)) = row.last() else { continue };
            let head: [u8; 32] = head.as_slice().try_into().map_err(Unavailable::database)?;
            sum.add(&Digest(head));
        }
        after = match next {
            Some(next) => Some(next),
            None => return Ok(sum),
        };
    }
}

/// Removes every row of a table, some at a time.
pub async fn clear_rows<E: Engine>(engine: &E, table: &str) -> Result<(), Unavailable> {
    let key = key(engine, &shape(table)?).await?;
    let key = list(key.iter().map(|(name, _)| name.as_str()));
    let some = format!("DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} LIMIT {CLEARED})");
    while engine.execute(SqlText::new(some.clone())).await? > 0 {}
    Ok(())
}

/// Stores rows and moves the mark, both or neither; returns false where the mark is another.
pub async fn write_rows(
    engine: &impl Engine,
    table: &str,
    rows: Vec<Row>,
    mark: &MarkMove,
) -> Result<bool, Unavailable> {
    let shape = shape(table)?;
    let names = list(shape.columns());
    let mut insert = SqlText::new(format!("INSERT INTO {table} ({names}) VALUES "));
    for (number, row) in rows.into_iter().enumerate() {
        let bound = row.into_iter().zip(&shape.columns).map(|(cell, (_, of))| Bound::of(cell, *of));
        let bound: Vec<Bound> = bound.collect::<Result<_, _>>().map_err(Unavailable::database)?;
        insert = insert.text(if number == 0 { "" } else { ", " }).values(bound);
    }
    engine.execute_together(vec![moved(mark), insert]).await.map_err(repeatable)
}

/// Moves the mark, if it is where the step begins.
pub async fn move_mark(engine: &impl Engine, step: &MarkMove) -> Result<bool, Unavailable> {
    Ok(engine.execute(moved(step)).await? == 1)
}

fn moved(MarkMove { from, to }: &MarkMove) -> SqlText {
    SqlText::new("UPDATE store_copy SET head = ")
        .string(&to.head)
        .text(", step = ")
        .string(&to.step)
        .text(" WHERE id = 1 AND origin = ")
        .string(&from.origin)
        .text(" AND head = ")
        .string(&from.head)
        .text(" AND step = ")
        .string(&from.step)
}

/// Returns the mark of a copy that is not finished.
pub async fn copy_mark(engine: &impl Queries) -> Result<Option<CopyMark>, Unavailable> {
    let query = SqlText::new("SELECT origin, head, step FROM store_copy WHERE id = 1");
    let found: Option<MarkRow> = engine.first(query).await?;
    Ok(found.map(|MarkRow { origin, head, step }| CopyMark { origin, head, step }))
}

/// Stores the mark of a new copy.
pub async fn begin_copy(engine: &impl Queries, mark: &CopyMark) -> Result<bool, Unavailable> {
    let texts = [&mark.origin, &mark.head, &mark.step].map(|text| Bound::Text(Some(text.clone())));
    let id = Bound::Integer(Some(1));
    let insert = SqlText::new("INSERT INTO store_copy (id, origin, head, step) VALUES ")
        .values(std::iter::once(id).chain(texts))
        .text(" ON CONFLICT (id) DO NOTHING");
    Ok(engine.execute(insert).await? == 1)
}

/// Removes the mark.
pub async fn end_copy(engine: &impl Queries) -> Result<(), Unavailable> {
    engine.execute(SqlText::new("DELETE FROM store_copy")).await.map(drop)
}

/// Has the database count what its plans rely on.
pub async fn settle<E: Engine>(engine: &E) -> Result<(), Unavailable> {
    match E::COPY.settle {
        Some(statement) => engine.execute(SqlText::new(statement)).await.map(drop),
        None => Ok(()),
    }
}
