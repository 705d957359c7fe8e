//! `profile migrate --distribute`: spreads the tables over a cluster of Citus, one server at a time.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Bool, Text},
};
use profile_ports::{NotDistributable, Unavailable};

use crate::{
    PostgresStore,
    cluster::{KnownTable, ability, known_tables, workers},
    error::unavailable,
    link::Link,
    migration::{Turn, Work, migrate},
    server::Session,
    tables::{Placement, TABLES, TablePlacement},
};

/// Rows with the same root are on the same machine, because all tables are put beside this one.
const FIRST: &str = "changes";

/// Indexes of the schema need it on every machine. The one that is asked carries this over to the others; a migration did so only
/// where the database was a cluster then, and only to machines that it knew.
const EXTENSION: &str = "CREATE EXTENSION IF NOT EXISTS pg_trgm";

/// Whether the machine that is asked still has rows from before the table was spread.
const LEFT_BEHIND: &str = "SELECT pg_relation_size(CAST($1 AS regclass)) > 0 AS is_left";

#[derive(QueryableByName)]
struct LeftBehind {
    #[diesel(sql_type = Bool)]
    is_left: bool,
}

/// Spreads the tables that are not yet, after pending migrations; returns a line for each thing that was done. What was done
/// stays done if it is interrupted, and the next call goes on from there.
pub(crate) async fn distribute(store: &PostgresStore) -> Result<Vec<String>, NotDistributable> {
    let link = store.server.connect(Session::Migration).await?;
    check(&link).await?;
    let applied = migrate(store, Work::Apply).await?;
    let mut done: Vec<String> = applied.into_iter().map(|name| format!("applied {name}")).collect();
    let turn = Turn::take(store).await.map_err(Unavailable::database)?;
    done.extend(spread(&link).await?);
    turn.end().await.map_err(Unavailable::database)?;
    Ok(done)
}

/// Whatever refuses the command is found before anything is changed.
async fn check(link: &Link) -> Result<(), NotDistributable> {
    let ability = ability(link).await?;
    if ability.is_read_only {
        return Err(NotDistributable::ReadOnly);
    }
    if !ability.has_citus {
        return Err(NotDistributable::NoExtension);
    }
    if workers(link).await? == 0 {
        return Err(NotDistributable::NoWorkers);
    }
    Ok(())
}

async fn spread(link: &Link) -> Result<Vec<String>, Unavailable> {
    link.run(EXTENSION).await.map_err(unavailable)?;
    // A table that is in use is waited for, however long that takes.
    link.run("SET lock_timeout = 0").await.map_err(unavailable)?;
    let known = known_tables(link).await?;
    let mut done = Vec::new();
    for table in TABLES.iter().filter(|table| !is_placed(table, &known)) {
        let Some((call, line)) = placing(table) else { continue };
        link.run(&call).await.map_err(|error| Unavailable::database(format!("{}: {error}", table.name)))?;
        done.push(line);
    }
    for table in TABLES.iter().filter(|table| table.placement != Placement::Local) {
        remove_left_behind(link, table.name).await?;
    }
    Ok(done)
}

/// Citus copies the rows to where they belong, and leaves the old ones, which nobody would ever erase.
async fn remove_left_behind(link: &Link, table: &str) -> Result<(), Unavailable> {
    let query = sql_query(LEFT_BEHIND).bind::<Text, _>(table.to_owned());
    let left: Vec<LeftBehind> = link.load(query).await.map_err(unavailable)?;
    if left.iter().any(|left| left.is_left) {
        let remove = format!("SELECT truncate_local_data_after_distributing_table('{table}')");
        link.run(&remove).await.map_err(unavailable)?;
    }
    Ok(())
}

fn is_placed(table: &TablePlacement, known: &[KnownTable]) -> bool {
    let found = known.iter().find(|known| known.name == table.name);
    match table.placement {
        Placement::Spread => found.is_some_and(|known| known.method == "h"),
        Placement::Everywhere => found.is_some_and(|known| known.copies == "t"),
        Placement::Local => true,
    }
}

/// Returns the call that puts the rows of a table where they belong, and the line that says so.
fn placing(table: &TablePlacement) -> Option<(String, String)> {
    let name = table.name;
    let beside = if name == FIRST { "none" } else { FIRST };
    match table.placement {
        Placement::Spread => Some((
            format!("SELECT create_distributed_table('{name}', 'root', colocate_with => '{beside}')"),
            format!("distributed {name}"),
        )),
        Placement::Everywhere => {
            let call = format!("SELECT create_reference_table('{name}')");
            Some((call, format!("copied to every machine: {name}")))
        }
        Placement::Local => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_tables_are_put_beside_the_first_one() {
        let first = TABLES.iter().find(|table| table.placement == Placement::Spread).unwrap();
        assert_eq!(first.name, FIRST);
    }
}
