//! The statements about the rows of servers. None waits for the disk: see the module above on crashes.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    pg::Pg,
    query_builder::{QueryFragment, QueryId},
    sql_query,
    sql_types::{Bool, Nullable},
};
use profile_ports::Unavailable;
use profile_rows::{Id, Instant, Select, sql};
use uuid::Uuid;

use crate::{error::unavailable, link::Link};

/// When a lease is over that begins now.
const LEASE_END: &str = "clock_timestamp() + interval '3 s'";

/// How far all rows are closed.
const ALL_ROWS: &str = "(SELECT max(closed_until) FROM feed_server)";
/// The last change that is visible. Asked for by itself, since on a cluster the log is on other machines than the rows.
const LAST_CHANGE: &str = "SELECT id, at FROM changes ORDER BY id DESC LIMIT 1";
const UNHURRIED: &str = "WITH unhurried AS (SELECT set_config('synchronous_commit', 'off', true))";

#[derive(QueryableByName)]
struct Made {
    #[diesel(sql_type = sql::Id)]
    server: Id,
}

/// A change.
#[derive(QueryableByName)]
pub(super) struct Last {
    #[diesel(sql_type = sql::Id)]
    pub(super) id: Id,
    #[diesel(sql_type = sql::Instant)]
    at: Instant,
}

#[derive(QueryableByName)]
struct Closed {
    #[diesel(sql_type = sql::Instant)]
    closed_until: Instant,
}

/// What a reader must know of the rows of others.
#[derive(QueryableByName)]
pub(super) struct Others {
    /// How far all of them are closed; `None` if there are none.
    #[diesel(sql_type = Nullable<sql::Instant>)]
    pub(super) closed: Option<Instant>,
    /// Whether one of them has a lease that is over.
    #[diesel(sql_type = Bool)]
    pub(super) any_gone: bool,
}

/// Returns the last change that is visible.
pub(super) async fn last_change(link: &Link) -> Result<Option<Last>, Unavailable> {
    let last: Vec<Last> = link.load(sql_query(LAST_CHANGE)).await.map_err(unavailable)?;
    Ok(last.into_iter().next())
}

/// Returns when the last change was made that is visible.
async fn last_moment(link: &Link) -> Result<Instant, Unavailable> {
    Ok(last_change(link).await?.map_or(Instant(DateTime::UNIX_EPOCH), |last| last.at))
}

/// Makes a row that all can see. It is closed no further than all rows, and the last change that is visible.
pub(super) async fn make(link: &Link) -> Result<Uuid, Unavailable> {
    let make = format!(
        "{UNHURRIED} INSERT INTO feed_server (server, closed_until, lease_until) \
         SELECT gen_random_uuid(), greatest($1, {ALL_ROWS}), {LEASE_END} FROM unhurried \
         RETURNING server"
    );
    let make = sql_query(make).bind::<sql::Instant, _>(last_moment(link).await?);
    let made: Vec<Made> = link.load(make).await.map_err(unavailable)?;
    let made = made.first().ok_or_else(|| Unavailable::database("no row was made"))?;
    made.server.uuid().map_err(Unavailable::database)
}

/// Puts the row behind all that is visible by now; returns how far that is, or nothing if the row has been fenced already.
pub(super) async fn begin(
    link: &Link,
    server: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Unavailable> {
    let begin = format!(
        "{UNHURRIED} UPDATE feed_server SET closed_until = greatest($2, $3, {ALL_ROWS}), \
         lease_until = {LEASE_END} FROM unhurried \
         WHERE server = $1 AND lease_until > clock_timestamp() AND fenced IS NULL RETURNING closed_until"
    );
    let begin = sql_query(begin)
        .bind::<sql::Id, _>(Id::from(server))
        .bind::<sql::Instant, _>(Instant(now))
        .bind::<sql::Instant, _>(last_moment(link).await?);
    let begun: Vec<Closed> = link.load(begin).await.map_err(unavailable)?;
    Ok(begun.first().map(|begun| begun.closed_until.into()))
}

/// Renews a lease that is not over, and says how far the row is closed; returns whether it was not.
pub(super) async fn renew(link: &Link, server: Uuid, closed: DateTime<Utc>) -> Result<bool, Unavailable> {
    let renew = format!(
        "{UNHURRIED} UPDATE feed_server SET closed_until = $2, \
         lease_until = {LEASE_END} FROM unhurried \
         WHERE server = $1 AND lease_until > clock_timestamp() AND fenced IS NULL"
    );
    Ok(perform(
        link,
        sql_query(renew).bind::<sql::Id, _>(Id::from(server)).bind::<sql::Instant, _>(Instant(closed)),
    )
    .await?
        == 1)
}

/// Removes the row of a server that has nothing on its way.
pub(super) async fn remove(link: &Link, server: Uuid) -> Result<(), Unavailable> {
    let remove = format!("{UNHURRIED} DELETE FROM feed_server USING unhurried WHERE server = $1");
    perform(link, sql_query(remove).bind::<sql::Id, _>(Id::from(server))).await.map(drop)
}

/// Fences the rows of servers that have gone, and removes those of which nothing can come any more.
pub(super) async fn fence(link: &Link) -> Result<(), Unavailable> {
    // The time at which the statement began, because its transaction number is younger than that for all rows alike.
    let fence = format!(
        "{UNHURRIED} UPDATE feed_server SET fenced = pg_current_xact_id()::text::bigint FROM unhurried \
         WHERE lease_until < statement_timestamp() AND fenced IS NULL"
    );
    perform(link, sql_query(fence)).await?;
    let remove = format!(
        "{UNHURRIED} DELETE FROM feed_server USING unhurried \
         WHERE fenced < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    );
    perform(link, sql_query(remove)).await.map(drop)
}

/// Asks for the rows of all servers but `own`.
pub(super) fn others(own: Option<Uuid>) -> impl Select<Others> {
    sql_query(
        "SELECT min(closed_until) AS closed, coalesce(bool_or(lease_until < clock_timestamp()), false) AS any_gone \
         FROM feed_server WHERE server IS DISTINCT FROM $1",
    )
    .bind::<Nullable<sql::Id>, _>(own.map(Id::from))
}

async fn perform<S: QueryFragment<Pg> + QueryId>(link: &Link, statement: S) -> Result<usize, Unavailable> {
    let outgoing = link.outgoing(&statement).map_err(unavailable)?;
    link.within(link.perform(outgoing)).await.map_err(unavailable)
}
