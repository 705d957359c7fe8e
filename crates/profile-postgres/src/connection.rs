//! The connections, shared out among the threads that answer requests.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::available_parallelism,
};

use async_trait::async_trait;
use diesel_async::SimpleAsyncConnection as _;
use profile_ports::{Pool, Store, Unavailable};
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::{
    server::Server,
    share::{Connection, Share},
};

/// Most searches at the same time.
const MOST_SEARCHES: usize = 4;

/// Profiles in a PostgreSQL database.
pub struct PostgresStore {
    /// A share of the connections for each thread that answers requests: one that another thread drives would cost a
    /// change of threads on each way.
    shares: Vec<Arc<Share>>,
    /// Searches may look at every row; they take no connection from lookups and writes.
    searches: Share,
    max_connections: usize,
}

impl PostgresStore {
    /// A store on the database at `url`, with at most `max_connections`, but at least two; connects when first asked.
    pub fn new(url: &str, max_connections: usize) -> Result<Self, Unavailable> {
        let server = Server::new(url)?;
        let max_connections = max_connections.max(2);
        let for_searches = (max_connections / 4).clamp(1, MOST_SEARCHES);
        let searches = Share::new(&server, for_searches)?;
        let others = max_connections - for_searches;
        let shares = available_parallelism().map_or(1, usize::from).min(others);
        let share = |number: usize| {
            let size = others / shares + usize::from(number < others % shares);
            Share::new(&server, size).map(Arc::new)
        };
        Ok(Self { shares: (0..shares).map(share).collect::<Result<_, _>>()?, searches, max_connections })
    }

    pub(crate) async fn connection(&self) -> Result<Connection, Unavailable> {
        self.share()?.take().await
    }

    pub(crate) async fn for_search(&self) -> Result<Connection, Unavailable> {
        self.searches.take().await
    }

    /// The share of the calling thread.
    pub(crate) fn share(&self) -> Result<&Arc<Share>, Unavailable> {
        let share = self.shares.get(own_share(self.shares.len()));
        share.ok_or_else(|| Unavailable::database("there are no connections"))
    }
}

/// Which share the calling thread takes from. Those that answer requests have a runtime each, and take turns at their first
/// request; all others take from the first share.
fn own_share(shares: usize) -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static OWN: usize = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::CurrentThread) => OWN.with(|own| own % shares.max(1)),
        _ => 0,
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn ready(&self) -> Result<(), Unavailable> {
        let mut connection = self.connection().await?;
        connection.batch_execute("SELECT 1").await.map_err(Unavailable::database)
    }

    fn pool(&self) -> Pool {
        let shares = self.shares.iter().map(Arc::as_ref).chain([&self.searches]).map(Share::open_and_idle);
        let (open, idle) = shares.fold((0, 0), |all, share| (all.0 + share.0, all.1 + share.1));
        Pool { open, idle, max: self.max_connections }
    }
}
