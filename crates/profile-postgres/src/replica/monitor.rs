//! Watches the standby: whether reads try it, and what operators are told of it.

use std::{
    sync::{Arc, Weak, atomic::Ordering},
    time::{Duration, Instant},
};

use tokio::time::{sleep, timeout};

use super::{
    Replica,
    point::Point,
    sight::{Sight, Turn, Verdict},
};
use crate::{
    link::Link,
    pool_shard::PoolShard,
    server::{Server, Session},
};

/// How often it looks.
const PERIOD: Duration = Duration::from_millis(250);
/// How long a server may take to say how far it is.
const MAX_ANSWER: Duration = Duration::from_secs(1);

/// Has a task watch the standby as long as somebody reads from it.
pub(super) fn begin(replica: &Arc<Replica>, primary: &Arc<PoolShard>) {
    let monitor = Monitor {
        replica: Arc::downgrade(replica),
        primary: Arc::clone(primary),
        link: None,
        sight: Sight::default(),
    };
    tokio::spawn(monitor.run());
}

struct Monitor {
    replica: Weak<Replica>,
    primary: Arc<PoolShard>,
    /// A connection of its own: those for reads may all be busy.
    link: Option<Link>,
    sight: Sight,
}

impl Monitor {
    async fn run(mut self) {
        while let Some(replica) = self.replica.upgrade() {
            let verdict = self.look(&replica.server).await;
            replica.is_tried.store(verdict.is_tried, Ordering::Relaxed);
            self.report(verdict);
            drop(replica);
            sleep(PERIOD).await;
        }
    }

    async fn look(&mut self, server: &Arc<Server>) -> Verdict {
        // First the primary: a standby that has what this says is behind by less than the time that passes.
        let now = Instant::now();
        let primary = timeout(MAX_ANSWER, Point::of_primary(&self.primary)).await;
        let primary = primary.ok().and_then(Result::ok);
        let standby = match timeout(MAX_ANSWER, self.ask(server)).await {
            Ok(Ok(standby)) => Ok(standby),
            Ok(Err(why)) => Err(why),
            Err(_) => Err(format!("it did not answer within {} s", MAX_ANSWER.as_secs())),
        };
        if standby.is_err() {
            self.link = None;
        }
        self.sight.judge(now, primary, standby)
    }

    async fn ask(&mut self, server: &Arc<Server>) -> Result<Point, String> {
        let link = match self.link.take().filter(Link::is_usable) {
            Some(link) => link,
            None => server.connect(Session::Requests).await.map_err(|error| error.source.to_string())?,
        };
        Point::of_standby(self.link.insert(link)).await.map_err(|error| error.to_string())
    }

    fn report(&self, verdict: Verdict) {
        metrics::gauge!("profile_replica_usable").set(if self.sight.is_left_out() { 0.0 } else { 1.0 });
        metrics::gauge!("profile_replica_lag_seconds").set(verdict.lag.as_secs_f64());
        match verdict.turn {
            Some(Turn::LeftOut(reason)) => {
                tracing::warn!(reason, "the replica is left out: reads go to the primary");
            }
            Some(Turn::Back) => tracing::info!("the replica is used again"),
            None => {}
        }
    }
}
