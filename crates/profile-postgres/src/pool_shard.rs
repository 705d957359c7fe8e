//! A share of the connections: lent out one by one, or one for many lookups at once.

use std::{
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use deadpool::managed::{Object, Pool, PoolError};
use futures_util::FutureExt as _;
use profile_ports::Unavailable;
use tokio::time::sleep;

use crate::{
    order::Order,
    server::{CONNECTION_TIMEOUT, Requests, Server},
    writer::Writer,
};

pub(crate) type Connection = Object<Requests>;

/// How many lookups one connection answers, one behind the other, before it goes back to the others.
const LOOKUPS: usize = 16;

/// Some of the connections, and what they are shared for.
pub(crate) struct PoolShard {
    pub(crate) server: Arc<Server>,
    connections: Pool<Requests>,
    lookups: Mutex<Lookups>,
    pub(crate) writer: Writer,
    pub(crate) order: Arc<Order>,
}

/// The connection that answers lookups, as long as any of them goes on, and how many more it takes.
#[derive(Default)]
struct Lookups {
    connection: Weak<Connection>,
    places: usize,
}

impl PoolShard {
    pub(crate) fn new(server: &Arc<Server>, order: &Arc<Order>, size: usize) -> Result<Self, Unavailable> {
        let connections = Pool::builder(Requests(Arc::clone(server))).max_size(size).build();
        let connections = connections.map_err(Unavailable::database)?;
        let (lookups, writer) = (Mutex::default(), Writer::default());
        let (server, order) = (Arc::clone(server), Arc::clone(order));
        Ok(Self { server, connections, lookups, writer, order })
    }

    /// How many connections are open, and how many of them nobody uses.
    pub(crate) fn open_and_idle(&self) -> (usize, usize) {
        let status = self.connections.status();
        (status.size, status.available)
    }

    /// A connection for one alone: for a write, and for what may take long.
    pub(crate) async fn take(&self) -> Result<Connection, Unavailable> {
        let mut connection = pin!(self.connections.get());
        let taken = match connection.as_mut().now_or_never() {
            Some(taken) => taken,
            None => Box::pin(async {
                tokio::select! {
                    taken = connection => Ok(taken),
                    away = self.server.outage.patience() => Err(away),
                    () = sleep(CONNECTION_TIMEOUT) => Err(Unavailable::database("no connection became free in time")),
                }
            })
            .await?,
        };
        taken.map_err(|error| match error {
            PoolError::Backend(error) => error,
            error => Unavailable::database(error),
        })
    }

    /// A connection for a lookup by key. Those that come while another one goes on share its connection, without waiting
    /// for its answer: so a busy thread sends and receives many at once, which costs it and the server far fewer turns.
    pub(crate) async fn for_lookup(&self) -> Result<Arc<Connection>, Unavailable> {
        if let Some(connection) = self.join_lookups() {
            return Ok(connection);
        }
        let connection = Arc::new(self.take().await?);
        *self.lookups() = Lookups { connection: Arc::downgrade(&connection), places: LOOKUPS - 1 };
        Ok(connection)
    }

    /// After a lookup failed: the next one shall not join those on a connection that may be lost.
    pub(crate) fn part_lookups(&self) {
        self.lookups().places = 0;
    }

    fn join_lookups(&self) -> Option<Arc<Connection>> {
        let mut lookups = self.lookups();
        lookups.places = lookups.places.checked_sub(1)?;
        lookups.connection.upgrade().filter(|connection| connection.is_usable())
    }

    fn lookups(&self) -> MutexGuard<'_, Lookups> {
        self.lookups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
