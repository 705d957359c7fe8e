//! What is known of a database that is away, and the one attempt to reach it again that all who need a connection wait for.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use profile_ports::Unavailable;
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout_at},
};

use crate::server::{Server, Session};

/// How long a request waits for a database that is away: with all else that it does, it is answered within a second.
pub(crate) const PATIENCE: Duration = Duration::from_millis(800);
/// The pause before the second attempt; each later one is twice as long, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Whether the database is away: the last attempt to connect has failed or a connection was lost, and no attempt has
/// succeeded since.
#[derive(Default)]
pub(crate) struct Outage(watch::Sender<Option<Away>>);

struct Away {
    since: Instant,
    why: String,
}

impl Outage {
    pub(crate) fn is_on(&self) -> bool {
        self.0.borrow().is_some()
    }

    /// Says that the database was reached.
    pub(crate) fn end(&self) {
        self.0.send_if_modified(|away| away.take().is_some());
    }

    /// Says that the database was not reached, or that a connection was lost; has it sought until it is reached.
    pub(crate) fn begin(server: &Arc<Server>, why: &str) {
        let begins = server.outage.0.send_if_modified(|away| {
            let since = away.as_ref().map_or_else(Instant::now, |away| away.since);
            away.replace(Away { since, why: why.to_owned() }).is_none()
        });
        if begins {
            tokio::spawn(seek(Seeker(Arc::downgrade(server))));
        }
    }

    /// Waits while the database is away.
    pub(crate) async fn over(&self) {
        // The sender outlives this call, so the channel does not end.
        self.0.subscribe().wait_for(Option::is_none).await.ok();
    }

    /// Waits until a request has waited long enough for a database that is away; returns why that is so. Never returns
    /// while the database is there.
    pub(crate) async fn patience(&self) -> Unavailable {
        let begun = Instant::now();
        let mut away = self.0.subscribe();
        loop {
            let since = away.borrow_and_update().as_ref().map(|away| away.since.max(begun));
            let Some(since) = since else {
                away.changed().await.ok();
                continue;
            };
            if timeout_at(since + PATIENCE, away.wait_for(Option::is_none)).await.is_err()
                && let Some(Away { why, .. }) = &*away.borrow()
            {
                return Unavailable::database(why.clone());
            }
        }
    }
}

/// Whoever seeks the database. A runtime that stops drops its tasks: then others try again on their own.
struct Seeker(Weak<Server>);

impl Drop for Seeker {
    fn drop(&mut self) {
        if let Some(server) = self.0.upgrade() {
            server.outage.end();
        }
    }
}

/// Connects again and again until somebody has succeeded, or the store is gone.
async fn seek(seeker: Seeker) {
    let mut pause = FIRST_PAUSE;
    while let Some(server) = seeker.0.upgrade().filter(|server| server.outage.is_on()) {
        if server.connect(Session::Requests).await.is_ok() {
            return;
        }
        drop(server);
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
