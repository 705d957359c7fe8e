//! How far a server is in the log of the database: what a primary has flushed, or what a standby has replayed.

use diesel::{
    QueryResult, QueryableByName, sql_query,
    sql_types::{BigInt, Bool, Integer, Nullable},
};
use profile_ports::Unavailable;

use crate::{error::unavailable, link::Link, pool_shard::PoolShard};

const OF_PRIMARY: &str = "SELECT false AS is_standby, \
    (SELECT system_identifier FROM pg_control_system()) AS system, \
    ('x' || left(pg_walfile_name(pg_current_wal_flush_lsn()), 8))::bit(32)::int AS timeline, \
    (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint AS lsn";

/// The timeline is the last one of which there is a sign. The receiver shows its one to members of `pg_read_all_stats` alone; the
/// files of the server follow with the next checkpoint after a failover.
const OF_STANDBY: &str = "SELECT pg_is_in_recovery() AS is_standby, \
    (SELECT system_identifier FROM pg_control_system()) AS system, \
    greatest((SELECT timeline_id FROM pg_control_checkpoint()), \
             (SELECT min_recovery_end_timeline FROM pg_control_recovery()), \
             (SELECT received_tli FROM pg_stat_wal_receiver)) AS timeline, \
    (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint AS lsn";

/// How far a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub(super) struct Point {
    #[diesel(sql_type = Bool)]
    pub(super) is_standby: bool,
    /// Which database system it is of; copies of it have the same.
    #[diesel(sql_type = BigInt)]
    pub(super) system: i64,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(super) timeline: Option<i32>,
    /// The position in the log; `None`: it has replayed nothing.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) lsn: Option<i64>,
}

impl Point {
    /// Returns what the primary has flushed.
    pub(super) async fn of_primary(shard: &PoolShard) -> Result<Self, Unavailable> {
        let connection = shard.for_lookup().await?;
        let found: Vec<Self> = connection.load(sql_query(OF_PRIMARY)).await.map_err(|error| {
            shard.part_lookups();
            unavailable(error)
        })?;
        found.first().copied().ok_or_else(|| Unavailable::database("a function has no row"))
    }

    /// Returns what the standby behind `link` has replayed.
    pub(super) async fn of_standby(link: &Link) -> QueryResult<Self> {
        let found: Vec<Self> = link.load(sql_query(OF_STANDBY)).await?;
        found.first().copied().ok_or(diesel::result::Error::NotFound)
    }

    /// Returns why positions of this standby say nothing about those of `primary`; `None` if they do.
    pub(super) fn is_no_standby_of(&self, primary: &Self) -> Option<&'static str> {
        if self.system != primary.system {
            Some("it belongs to another database system")
        } else if !self.is_standby {
            Some("it is no standby")
        } else if self.timeline != primary.timeline {
            Some("it does not follow the timeline of the primary")
        } else {
            None
        }
    }

    /// Whether this standby has replayed all that `primary` had flushed.
    pub(super) fn covers(&self, primary: &Self) -> bool {
        self.is_no_standby_of(primary).is_none() && self.lsn.is_some() && self.lsn >= primary.lsn
    }
}
