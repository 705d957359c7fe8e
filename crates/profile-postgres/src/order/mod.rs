//! The order of the log: where the commits of this server stand in it, and how far it is closed.
//!
//! A server numbers its commits behind everything that it has said to be closed, and says so in a row of its own in
//! `feed_server`: nothing that it commits from now on lies at `closed_until` or before. A reader goes as far as the smallest of
//! all rows, in the one snapshot in which it reads the changes. So it misses nothing of a server whose row it sees. The rest:
//!
//! * **A row that the reader does not see yet.** A server makes its row in two statements. The first one makes it visible; the
//!   second one, with a later snapshot, puts it behind the last change that is visible then, and only after that the server
//!   numbers anything. A reader that does not see the row took its snapshot before the first statement was committed, so all
//!   that it returned is visible to the second one, and the server's numbers lie behind it. A reader that sees the row as the
//!   first statement left it goes no further than the second one began.
//! * **A row that the reader does not see any more.** A server that has nothing on its way removes its row. That of a server
//!   that has gone is removed by the others, once nothing of it can come any more. A row is good until `lease_until` of the
//!   database's clock. Every commit looks at that after it has got its transaction number, because its record's row is
//!   written first. So each transaction that found the lease good is older than one that begins after the lease; with the
//!   number of such a one the row is *fenced*, and removed when all transactions up to that number have ended. A statement
//!   may take as long as it likes; a long transaction that writes, of anybody, delays the feed, but only after a server has
//!   gone. Leases are never shortened, because a snapshot may still show the longer one. A statement that waits so long for a
//!   row that the lease is over which it saw at its start is sent again, for the same reason.
//! * **A commit whose outcome is unknown** may still come. So the server gives up its row, as if it had gone, and goes on with a
//!   new one. The old one holds the feed back until its lease has ended and it is fenced and removed.
//! * **A crash of the database** may take back what has not reached the disk. Of rows of this table that is safe: a lease ends
//!   earlier, a row is closed less far, or there again; commits wait for the disk, and with it for the row that they rely on.
//!
//! On a cluster (`profile migrate --distribute`) these rows are on one machine and the changes on others, and no snapshot is of all
//! of them. Three things make up for it. A reader first asks for the last change, then for the rows, and goes no further than
//! either; so nothing of a server whose row it does not see lies before what it returns. What is visible, to a reader or to a
//! server that makes its row, is asked for before the rows are. And a commit gets a transaction number on the machine with the
//! rows, too, which ends after a commit on one other machine, so the fence holds as above. A commit on several machines is
//! made visible a moment after that number has ended; only the fence of a server that died in that moment could miss it.
//!
//! Clocks of servers only decide how far changes lie apart. A server whose clock is behind goes on from the last number that it
//! gave or saw at its start, a microsecond for each transaction. The database's clock must not be set back by more than a
//! moment; a fenced row is of no use to its server even then.

mod feed;
mod lease;
mod rows;
mod snapshot;
mod state;
mod ticket;

use std::{
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use chrono::{DateTime, Utc};
use profile_ports::{Clock, Ids, ReadOnly, Unavailable};
use tokio::{sync::Notify, task::yield_now, time::timeout};
use uuid::Uuid;

use self::state::State;
pub(crate) use self::{feed::Closed, ticket::Ticket};
use crate::{
    outage::PATIENCE,
    server::{CONNECTION_TIMEOUT, Server},
};

/// Numbers the commits of this server.
pub(crate) struct Order {
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    /// How the lease's own connection is made: those of the pool may all be busy.
    server: Arc<Server>,
    state: Mutex<State>,
    /// Tells those who wait for the lease that something became of it.
    changed: Notify,
    /// Has whoever keeps the lease look at once.
    awaited: Notify,
}

impl Order {
    pub(crate) fn new(server: Arc<Server>, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        let state = Mutex::new(State::new(Instant::now()));
        Self { clock, ids, server, state, changed: Notify::new(), awaited: Notify::new() }
    }

    /// Returns a ticket for one transaction. Waits for the lease where that is over, as long as for a connection; where the
    /// database is away, what has been waited for a connection `since` then counts as well.
    pub(crate) async fn ticket(self: &Arc<Self>, since: Instant) -> Result<Ticket, Unavailable> {
        let mut ticket = pin!(self.next_ticket());
        if let Ok(ticket) = timeout(PATIENCE.saturating_sub(since.elapsed()), ticket.as_mut()).await {
            return Ok(ticket);
        }
        let (is_read_only, is_away) = (self.state().is_read_only(), self.server.outage.is_on());
        if is_read_only {
            return Err(Unavailable::database(ReadOnly));
        }
        if !is_away && let Ok(ticket) = timeout(CONNECTION_TIMEOUT.saturating_sub(PATIENCE), ticket).await {
            return Ok(ticket);
        }
        Err(Unavailable::database(self.state().trouble()))
    }

    async fn next_ticket(self: &Arc<Self>) -> Ticket {
        loop {
            let mut changed = pin!(self.changed.notified());
            // Before the look, so that no change in between is missed.
            changed.as_mut().enable();
            if let Some(place) = self.state().take_place(self.clock.now(), Instant::now()) {
                return Ticket::new(Arc::clone(self), place);
            }
            lease::keep(self);
            self.awaited.notify_one();
            changed.await;
            // A runtime that is stopping drops a new keeper at once, which wakes who waits: without this one it would go on for ever.
            yield_now().await;
        }
    }

    /// Returns the row of this server, if there is one, and how far it is closed from now on.
    pub(crate) fn closed(&self) -> Option<(Uuid, DateTime<Utc>)> {
        self.state().closed(self.clock.now())
    }

    /// Says that no commit will follow: the row is removed as soon as nothing is on its way.
    pub(crate) fn close(&self) {
        self.state().is_closing = true;
        self.awaited.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread, time::Duration};

    use profile_testkit::fixed::{CountingIds, FixedClock};
    use tokio::runtime::Builder;

    use super::*;
    use crate::server::Limits;

    #[test]
    fn a_runtime_stops_though_somebody_asks_for_a_place_meanwhile() {
        let server = Server::new("postgres://127.0.0.1:1/nothing", true, Limits::default()).unwrap();
        let order =
            Order::new(Arc::new(server), Arc::new(FixedClock::at(0)), Arc::new(CountingIds::default()));
        let order = Arc::new(order);
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (begin, begun) = mpsc::channel();
        let (stop, stopping) = mpsc::channel::<()>();
        runtime.spawn(async move {
            begin.send(()).unwrap();
            // Holds the thread, so that the runtime is stopping when a place is asked for.
            stopping.recv().ok();
            thread::sleep(Duration::from_millis(100));
            order.ticket(Instant::now()).await.map(Ticket::settle).ok();
        });
        begun.recv().unwrap();
        let (end, ended) = mpsc::channel();
        thread::spawn(move || {
            drop(stop);
            drop(runtime);
            end.send(()).ok();
        });
        assert!(ended.recv_timeout(Duration::from_secs(20)).is_ok(), "the runtime does not stop");
    }
}
