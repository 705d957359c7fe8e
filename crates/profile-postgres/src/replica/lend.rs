//! A connection to the standby for one read that may go there.

use std::{fmt::Display, ops::Deref, sync::atomic::Ordering, time::Duration};

use diesel::QueryResult;
use profile_rows::Select;
use tokio::time::{sleep, timeout};

use super::{Replica, point::Point};
use crate::{PostgresStore, link::Link, pool_shard::Connection};

/// How long a read waits for a connection.
const MAX_WAIT: Duration = Duration::from_millis(250);
/// The pauses after which a standby that is nearly there is asked again; a busy one is some milliseconds behind.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(1),
    Duration::from_millis(2),
    Duration::from_millis(4),
    Duration::from_millis(8),
    Duration::from_millis(16),
];

/// A connection whose next query sees all that was committed before it was asked for.
///
/// Whoever has it says how the read went. Dropped without that, as the request has gone, the connection is not used again:
/// its query may go on.
pub(crate) struct Lent<'a> {
    replica: &'a Replica,
    connection: Connection,
    is_over: bool,
}

impl PostgresStore {
    /// Returns a connection to the standby, if a read may go there; else the primary is to be asked.
    pub(super) async fn lend(&self) -> Option<Lent<'_>> {
        let replica = self.replica.as_ref()?;
        let lent = self.lend_from(replica).await;
        if lent.is_none() {
            count("primary");
        }
        lent
    }

    async fn lend_from<'a>(&self, replica: &'a Replica) -> Option<Lent<'a>> {
        if !replica.is_tried.load(Ordering::Relaxed) {
            return None;
        }
        let needed = Point::of_primary(self.share().ok()?).await.ok()?;
        let lent = replica.take().await?;
        match reaches(&lent, &needed).await {
            Ok(true) => Some(lent),
            Ok(false) => {
                replica.suspend();
                lent.end();
                None
            }
            Err(error) => {
                lent.end_failed(&error);
                None
            }
        }
    }

    /// Returns every row of a query, if the standby answers it; else the query, for the primary.
    pub(crate) async fn load_from_replica<Q: Select<R>, R>(&self, query: Q) -> Result<Vec<R>, Q> {
        let Some(lent) = self.lend().await else { return Err(query) };
        let outgoing = lent.outgoing(&query);
        let rows = lent.read::<Q, R>(outgoing).await;
        lent.outcome(rows).ok_or(query)
    }
}

impl Replica {
    async fn take(&self) -> Option<Lent<'_>> {
        let Ok(Ok(connection)) = timeout(MAX_WAIT, self.connections.get()).await else {
            // It is away, or has more to do than it can.
            self.suspend();
            return None;
        };
        Some(Lent { replica: self, connection, is_over: false })
    }
}

/// Whether the standby has replayed what is needed, by now or after a moment.
async fn reaches(link: &Link, needed: &Point) -> QueryResult<bool> {
    for pause in PAUSES {
        let point = Point::of_standby(link).await?;
        if point.covers(needed) || point.is_no_standby_of(needed).is_some() {
            return Ok(point.covers(needed));
        }
        sleep(pause).await;
    }
    Ok(Point::of_standby(link).await?.covers(needed))
}

impl Lent<'_> {
    /// Ends the read; returns what it has found, if it has not failed.
    pub(super) fn outcome<T, E: Display>(self, read: Result<T, E>) -> Option<T> {
        match read {
            Ok(found) => {
                count("replica");
                self.end();
                Some(found)
            }
            Err(error) => {
                count("primary");
                self.end_failed(&error);
                None
            }
        }
    }

    fn end_failed(self, error: &impl Display) {
        tracing::debug!(%error, "a read from the replica failed: the primary is asked");
        // Else it was a matter of this read: it took too long, or stood in the way of what is replayed.
        if !self.connection.is_usable() {
            self.replica.suspend();
        }
        self.end();
    }

    fn end(mut self) {
        self.is_over = true;
    }
}

impl Deref for Lent<'_> {
    type Target = Link;

    fn deref(&self) -> &Link {
        &self.connection
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.connection.discard();
        }
    }
}

/// Counts a read that may go to the standby, by who answers it.
fn count(answered_by: &'static str) {
    metrics::counter!("profile_replica_reads_total", "answered_by" => answered_by).increment(1);
}
