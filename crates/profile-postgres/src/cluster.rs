//! What a cluster of Citus says of itself.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Bool, Text},
};
use profile_ports::Unavailable;

use crate::{error::unavailable, link::Link};

/// What the database can do.
#[derive(Debug, QueryableByName)]
pub(crate) struct Ability {
    /// Whether it refuses writes.
    #[diesel(sql_type = Bool)]
    pub(crate) is_read_only: bool,
    /// Whether it has the functions and the catalog of Citus. They are looked for where the session finds them, and not the
    /// extension by its name, because they are what will be used.
    #[diesel(sql_type = Bool)]
    pub(crate) has_citus: bool,
}

/// A table that Citus knows: how its rows are spread (`h`: by a value, `n`: not at all) and kept (`t`: on every machine).
#[derive(Debug, QueryableByName)]
pub(crate) struct KnownTable {
    #[diesel(sql_type = Text)]
    pub(crate) name: String,
    #[diesel(sql_type = Text)]
    pub(crate) method: String,
    #[diesel(sql_type = Text)]
    pub(crate) copies: String,
}

/// A number.
#[derive(Debug, QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

const ABILITY: &str = "\
    SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS is_read_only, \
    to_regclass('pg_dist_partition') IS NOT NULL AND to_regproc('create_distributed_table') IS NOT NULL AS has_citus";
const KNOWN: &str = "\
    SELECT relname::text AS name, partmethod::text AS method, repmodel::text AS copies \
    FROM pg_dist_partition JOIN pg_class ON pg_class.oid = logicalrelid";
const WORKERS: &str = "SELECT count(*) AS number FROM citus_get_active_worker_nodes()";

/// Returns what the database can do.
pub(crate) async fn ability(link: &Link) -> Result<Ability, Unavailable> {
    let ability: Vec<Ability> = link.load(sql_query(ABILITY)).await.map_err(unavailable)?;
    ability.into_iter().next().ok_or_else(|| Unavailable::database("it does not say what it can do"))
}

/// Returns how many other machines take rows.
pub(crate) async fn workers(link: &Link) -> Result<i64, Unavailable> {
    let workers: Vec<Number> = link.load(sql_query(WORKERS)).await.map_err(unavailable)?;
    Ok(workers.first().map_or(0, |workers| workers.number))
}

/// Returns the tables that Citus knows.
pub(crate) async fn known_tables(link: &Link) -> Result<Vec<KnownTable>, Unavailable> {
    link.load(sql_query(KNOWN)).await.map_err(unavailable)
}

/// Returns whether the records are spread.
pub(crate) async fn is_spread(link: &Link) -> Result<bool, Unavailable> {
    if !ability(link).await?.has_citus {
        return Ok(false);
    }
    Ok(known_tables(link).await?.iter().any(|table| table.name == "client" && table.method == "h"))
}
