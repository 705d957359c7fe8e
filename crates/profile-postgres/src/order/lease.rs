//! Keeps the row of this server and its lease as long as the server commits, and sees to the rows of those that have gone.

use std::{
    mem::replace,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use profile_ports::Unavailable;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::{Order, rows, state::Task};
use crate::{link::Link, server::Session};

/// How often a lease is renewed.
const PERIOD: Duration = Duration::from_millis(500);
/// When a round that failed is tried again.
const PAUSE: Duration = Duration::from_millis(200);
/// How long a lease is used, counted from before it is asked for: a statement should not arrive after its end.
const USED: Duration = Duration::from_millis(2500);

/// Has a task keep the lease, unless one does.
pub(super) fn keep(order: &Arc<Order>) {
    if replace(&mut order.state().is_kept, true) {
        return;
    }
    let keeper = Keeper { order: Arc::clone(order), link: None, is_done: false };
    tokio::spawn(keeper.run());
}

/// The one who keeps the lease.
struct Keeper {
    order: Arc<Order>,
    link: Option<Link>,
    is_done: bool,
}

/// A runtime that stops drops its tasks: those who wait then begin another one, which goes on with the row.
impl Drop for Keeper {
    fn drop(&mut self) {
        if !self.is_done {
            self.order.state().is_kept = false;
            self.order.changed.notify_waiters();
        }
    }
}

impl Keeper {
    async fn run(mut self) {
        while !self.is_done {
            match self.round().await {
                // Until the next round is due, or somebody waits.
                Ok(Next::Rest) => drop(timeout(PERIOD, self.order.awaited.notified()).await),
                Ok(Next::Round) => {}
                Ok(Next::End) => self.is_done = true,
                Err(error) => {
                    self.link = None;
                    self.order.state().fail(error);
                    self.pause().await;
                }
            }
        }
    }

    /// Until a round that failed is tried again: at once when somebody else has reached a database that was away, because
    /// requests have waited for that already.
    async fn pause(&self) {
        let outage = &self.order.server.outage;
        if outage.is_on() {
            timeout(PAUSE, outage.over()).await.ok();
        } else {
            sleep(PAUSE).await;
        }
    }

    async fn round(&mut self) -> Result<Next, Unavailable> {
        let task = self.order.state().task(self.order.clock.now(), Instant::now());
        if task == Task::End {
            return Ok(Next::End);
        }
        let link = match self.link.take().filter(Link::is_usable) {
            Some(link) => link,
            None => self.order.server.connect(Session::Requests).await?,
        };
        let link = self.link.insert(link);
        let is_held = match task {
            Task::Register => register(&self.order, link).await?,
            Task::Renew { server, closed } => renew(&self.order, link, server, closed).await?,
            Task::Remove { server } => {
                rows::remove(link, server).await?;
                return Ok(Next::Round);
            }
            Task::Rest | Task::End => true,
        };
        if !is_held {
            return Ok(Next::Round);
        }
        self.order.changed.notify_waiters();
        rows::fence(link).await?;
        Ok(Next::Rest)
    }
}

/// Makes a row; returns whether it may be used.
async fn register(order: &Order, link: &Link) -> Result<bool, Unavailable> {
    let server = rows::make(link).await?;
    let until = good_until();
    let floor = rows::begin(link, server, order.clock.now()).await?;
    if let Some(floor) = floor {
        order.state().hold(server, floor, until);
    }
    Ok(floor.is_some())
}

/// Renews the lease; returns whether it was not over.
async fn renew(order: &Order, link: &Link, server: Uuid, closed: DateTime<Utc>) -> Result<bool, Unavailable> {
    let until = good_until();
    let is_renewed = rows::renew(link, server, closed).await?;
    if is_renewed {
        order.state().renewed(server, until);
    } else {
        order.state().abandon(server);
    }
    Ok(is_renewed)
}

/// Until when a lease may be used that is asked for now.
fn good_until() -> Instant {
    Instant::now() + USED
}

/// What follows on a round.
enum Next {
    Rest,
    Round,
    End,
}
