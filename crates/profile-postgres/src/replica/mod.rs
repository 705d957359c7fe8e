//! Reads from a standby: lists, searches, histories and the feed, wherever that is as good as a read from the primary.
//!
//! **The rule.** A read goes to the standby only where it proves, on the connection on which it is then sent, that the standby
//! has replayed all that the primary had flushed when the read began. It asks the primary for the end of what is flushed
//! (one cheap statement, which shares a connection with lookups), asks the standby how far that has replayed, waits a moment
//! where it is nearly there, and only then sends its query, whose snapshot is younger than that answer. Otherwise, and
//! whenever anything fails, the primary is asked, within the same request.
//!
//! **Why that is enough.** A commit becomes visible on the primary only after it is flushed: `check_durability` refuses a database
//! that does not wait for the disk, and of what this service writes only the rows of `feed_server` and the number of clients
//! do not wait. So whatever somebody has seen or was told before a read began, through whichever server, is flushed by
//! then, and the read shows it. A standby makes commits visible in the order of the log before it says that they are replayed.
//! No server has to remember what it has written, and no write costs a round trip more. For each kind of read:
//!
//! * **Lists and searches** are not older than the moment of the call, so they show what their caller has written. They may be
//!   newer than the primary shows yet: a commit that still waits for a synchronous standby can be replayed already.
//! * **Histories**: a version that a lookup, which always asks the primary, has shown is there. A record or a version that the
//!   standby lacks is never "not found", because the standby is not asked then.
//! * **Reads of several queries** prove that for each query, so none of them goes back in time, wherever each is answered, and
//!   what is decided by them is decided as by reads from the primary; commits compare versions there anyhow.
//! * **The feed** needs more: nothing may turn up behind a position that was returned. Its limits are the rows of `feed_server` in
//!   the snapshot that the changes are read in, and the place of this server, which is noted before the primary is asked. A snapshot
//!   of a standby is what the log up to some point has made, and each step of the argument in `order` holds in the order of the log:
//!   a server says that something is closed after it was told that its commits before are durable; a row is removed after they
//!   are; and a server that makes a row later reads, in its second statement, what was visible when the first one was
//!   committed. That includes all that such a snapshot returns, because the reader returns only what every server in it has closed,
//!   or what this server had closed before it asked, and both were visible by then. What a standby cannot do is fence the row
//!   of a server that has gone; where that is due, the primary is asked, and fences it.
//!
//! **Which standby.** Positions in the log mean something only within one database system and one timeline. So the standby also
//! has to say that it is in recovery, of the same system, and on the timeline on which the primary writes: else one that
//! was left on the old timeline by a failover could claim to be further than it is.
//!
//! The [monitor] decides whether reads try at all, so that a standby that is away or behind costs them nothing; nothing of the
//! argument depends on it.

mod feed;
mod lend;
mod monitor;
mod point;
mod sight;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use deadpool::managed::Pool;
use profile_ports::Unavailable;

use crate::{
    PostgresStore,
    server::{Limits, Requests, Server},
};

/// How long a statement may take on the standby, and its answer: what takes longer is asked of the primary.
const LIMITS: Limits = Limits { statement: Duration::from_millis(900), answer: Duration::from_secs(1) };

/// A standby that reads may go to.
pub(crate) struct Replica {
    server: Arc<Server>,
    connections: Pool<Requests>,
    /// Whether reads try it.
    is_tried: AtomicBool,
}

impl PostgresStore {
    /// Returns the store with a standby, which is asked for lists, searches, histories and the feed as long as it is not behind.
    /// Warns if one on another machine is reached without encryption. It must be called within a runtime, in which the
    /// standby is watched until the store is dropped.
    pub fn reading_from(mut self, replica_url: &str) -> Result<Self, Unavailable> {
        let server = Arc::new(Server::new(replica_url, self.server.prepared, LIMITS)?);
        server.warn_if_plain();
        let connections = Pool::builder(Requests(Arc::clone(&server))).max_size(self.max_connections).build();
        let connections = connections.map_err(Unavailable::database)?;
        let replica = Arc::new(Replica { server, connections, is_tried: AtomicBool::new(false) });
        monitor::begin(&replica, self.share()?);
        self.replica = Some(replica);
        Ok(self)
    }
}

impl Replica {
    /// Has reads pass by until the monitor has seen again that it will do.
    fn suspend(&self) {
        self.is_tried.store(false, Ordering::Relaxed);
    }
}
