//! The connections, shared out among the threads that answer requests.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::available_parallelism,
    time::Duration,
};

use profile_ports::{Clock, Ids, Unavailable};
use profile_rows::Probe;
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    sync::OnceCell,
};

use crate::{
    order::Order,
    pool_shard::{Connection, PoolShard},
    replica::Replica,
    server::{Limits, Server},
};

/// Most searches at the same time.
const MOST_SEARCHES: usize = 4;
/// How long a search may take on the server.
const SEARCH_LIMIT: Duration = Duration::from_secs(3);
/// How long a statement about the lease may take on the server: it is renewed in time or not at all.
const LEASE_LIMIT: Duration = Duration::from_secs(1);

/// How a PostgreSQL server is used.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Most connections, without the one that keeps the order of the log while the server writes.
    pub max_connections: usize,
    /// Whether statements are prepared by name. A pooler that gives every transaction another session must keep them then.
    pub prepared: bool,
    /// How long a statement may take on the server; its answer is waited for a second longer. Migrations have no limit.
    pub statement_limit: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_connections: 16, prepared: true, statement_limit: Duration::from_secs(10) }
    }
}

/// Profiles in a PostgreSQL database.
pub struct PostgresStore {
    /// A share of the connections for each thread that answers requests: one that another thread drives would cost a
    /// change of threads on each way. The last one is for all other threads, so that no request waits for one of those to drive
    /// its connection, which may have to wait for a processor.
    pub(crate) shares: Vec<Arc<PoolShard>>,
    /// Searches may look at every row; they take no connection from lookups and writes.
    pub(crate) searches: PoolShard,
    pub(crate) server: Arc<Server>,
    pub(crate) order: Arc<Order>,
    pub(crate) probe: Probe,
    pub(crate) max_connections: usize,
    /// Whether the records are spread over a cluster, once it has been asked.
    pub(crate) is_spread: OnceCell<bool>,
    /// A standby that some reads may go to.
    pub(crate) replica: Option<Arc<Replica>>,
}

impl PostgresStore {
    /// A store on the database at `url`, with at most `max_connections`, but at least two; connects when first asked.
    pub fn new(
        url: &str,
        max_connections: usize,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, Unavailable> {
        Self::with(url, Options { max_connections, ..Options::default() }, clock, ids)
    }

    /// A store on the database at `url`; connects when first asked. Warns if a server on another machine is reached
    /// without encryption.
    pub fn with(
        url: &str,
        options: Options,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Result<Self, Unavailable> {
        let Options { max_connections, prepared, statement_limit } = options;
        let server = Arc::new(Server::new(url, prepared, Limits::of(statement_limit))?);
        server.warn_if_plain();
        let max_connections = max_connections.max(2);
        let for_searches = (max_connections / 4).clamp(1, MOST_SEARCHES);
        let within = |limit: Duration| {
            let limited = Server::new(url, prepared, Limits::of(limit.min(statement_limit)))?;
            Ok::<_, Unavailable>(Arc::new(limited.beside(&server)))
        };
        let order = Arc::new(Order::new(within(LEASE_LIMIT)?, clock, ids));
        let searches = PoolShard::new(&within(SEARCH_LIMIT)?, &order, for_searches)?;
        let others = max_connections - for_searches;
        let shares = available_parallelism().map_or(2, |threads| threads.get() + 1).min(others);
        let share = |number: usize| {
            let size = others / shares + usize::from(number < others % shares);
            PoolShard::new(&server, &order, size).map(Arc::new)
        };
        let shares = (0..shares).map(share).collect::<Result<_, _>>()?;
        Ok(Self {
            shares,
            searches,
            server,
            order,
            probe: Probe::default(),
            max_connections,
            is_spread: OnceCell::new(),
            replica: None,
        })
    }

    pub(crate) async fn connection(&self) -> Result<Connection, Unavailable> {
        self.share()?.take().await
    }

    pub(crate) async fn for_search(&self) -> Result<Connection, Unavailable> {
        self.searches.take().await
    }

    /// The share of the calling thread.
    pub(crate) fn share(&self) -> Result<&Arc<PoolShard>, Unavailable> {
        let share = self.shares.get(own_share(self.shares.len()));
        share.ok_or_else(|| Unavailable::database("there are no connections"))
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.order.close();
    }
}

/// Which share the calling thread takes from. Those that answer requests have a runtime each, and take turns at their first
/// request; all others take from the last share.
fn own_share(shares: usize) -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static OWN: usize = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    let last = shares.saturating_sub(1);
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::CurrentThread) => OWN.with(|own| own % last.max(1)),
        _ => last,
    }
}

#[cfg(test)]
mod tests {
    use super::own_share;

    #[test]
    fn threads_that_answer_requests_share_no_connection_with_others() {
        let runtime = |mut builder: tokio::runtime::Builder| builder.build().unwrap();
        let background = runtime(tokio::runtime::Builder::new_multi_thread());
        for shares in 1..=4 {
            assert_eq!(background.block_on(async { own_share(shares) }), shares - 1);
            for _ in 0..3 {
                let own = std::thread::spawn(move || {
                    let own = runtime(tokio::runtime::Builder::new_current_thread());
                    own.block_on(async { own_share(shares) })
                });
                assert!(own.join().unwrap() < (shares - 1).max(1));
            }
        }
    }
}
