//! Sees to it that somebody delivers to every subscription and to the stream: one worker for each, on one server.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use chrono::TimeDelta;
use profile_domain::operator::{SubscriptionId, SubscriptionStatus};
use profile_ports::{Chain, EventStream, Follower, Page, Unavailable};
use tokio::{
    sync::watch,
    task::{self, JoinError, JoinSet},
    time::{Instant, Interval, MissedTickBehavior, interval, timeout},
};
use uuid::Uuid;

use super::{
    Delivery,
    lease::Beats,
    report,
    stream::{self, Publisher},
    worker::Worker,
};

/// How often subscriptions without a worker are looked for.
const SCAN: Duration = Duration::from_millis(500);
/// How often the log is asked for its end.
const LOOK: Duration = Duration::from_millis(100);
/// How often what waits for disabled subscriptions is measured.
const MEASURE: Duration = Duration::from_secs(5);
/// How often old attempts are removed.
const TIDY: Duration = Duration::from_mins(10);
/// How long attempts are kept (operator API page, section 10, deliveries).
const ATTEMPTS_KEPT_FOR: TimeDelta = TimeDelta::days(7);
/// How long workers may take to end: an open request gets its ten seconds, and what came of it is stored.
const ENDING: Duration = Duration::from_secs(13);

/// How long a subscription that cannot be read is left alone.
const AFTER_FAILURE: Duration = Duration::from_secs(10);

/// Delivers changes to all subscriptions and to the stream until `stopped` is over; then open requests are waited for.
pub async fn deliver(delivery: Delivery, stopped: impl Future) {
    let mut stopped = pin!(stopped);
    let mut crew = Crew::new(delivery);
    let (mut scans, mut looks, mut measures, mut tidies) =
        (every(SCAN), every(LOOK), every(MEASURE), every(TIDY));
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            Some(ended) = crew.workers.join_next_with_id() => crew.note_end(ended),
            _ = scans.tick() => {
                let scanned = crew.scan().await;
                crew.note_failure(&scanned);
            }
            _ = looks.tick(), if !crew.names.is_empty() => {
                let looked = crew.look().await;
                crew.note_failure(&looked);
            }
            _ = measures.tick() => {
                let measured = crew.measure().await;
                crew.note_failure(&measured);
            }
            _ = tidies.tick() => {
                let tidied = crew.tidy().await;
                crew.note_failure(&tidied);
            }
        }
    }
    crew.stop().await;
}

fn every(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// What a worker delivers to.
enum Target {
    Subscription(SubscriptionId),
    Stream(Arc<dyn EventStream>),
}

/// The workers of this server.
struct Crew {
    delivery: Delivery,
    workers: JoinSet<()>,
    /// By task, the follower that it works for.
    names: HashMap<task::Id, String>,
    /// By follower, what this server was called when it took over last.
    taken: BTreeMap<String, Uuid>,
    beats: Beats,
    /// The disabled subscriptions of which this server reports what waits.
    measured: BTreeSet<String>,
    /// Up to where the log can be read.
    latest: watch::Sender<Option<Uuid>>,
    stopping: watch::Sender<bool>,
    is_failing: bool,
}

impl Crew {
    fn new(delivery: Delivery) -> Self {
        Self {
            delivery,
            workers: JoinSet::new(),
            names: HashMap::new(),
            taken: BTreeMap::new(),
            beats: Beats::default(),
            measured: BTreeSet::new(),
            latest: watch::Sender::new(None),
            stopping: watch::Sender::new(false),
            is_failing: false,
        }
    }

    /// Reports the first of several failures.
    fn note_failure(&mut self, outcome: &Result<(), Unavailable>) {
        if let (Err(error), false) = (outcome, self.is_failing) {
            tracing::warn!(error = %Chain(error), "subscriptions are not looked after for now");
        }
        self.is_failing = outcome.is_err();
    }

    /// Takes over what nobody delivers to.
    async fn scan(&mut self) -> Result<(), Unavailable> {
        let followers = self.delivery.store.list_followers().await?;
        self.beats.keep(&followers);
        let ids: BTreeSet<&str> = followers.iter().map(|follower| follower.id.as_str()).collect();
        for gone in self.taken.keys().filter(|id| !ids.contains(id.as_str())) {
            report::status(gone, None);
            report::no_backlog(gone);
        }
        self.taken.retain(|id, _| ids.contains(id.as_str()));
        for id in self.measured.extract_if(.., |id| !is_disabled(&followers, id)) {
            report::no_backlog(&id);
        }
        for follower in &followers {
            if let Some(target) = self.target(&follower.id) {
                report::status(&follower.id, Some(follower.status));
                self.look_after(follower, target).await?;
            }
        }
        if self.delivery.stream.is_some() && !ids.contains(stream::FOLLOWER) {
            self.delivery.begin_stream().await?;
        }
        Ok(())
    }

    /// Returns what a follower stands for; `None` if this server does not know it.
    fn target(&self, follower: &str) -> Option<Target> {
        if follower == stream::FOLLOWER {
            return self.delivery.stream.clone().map(Target::Stream);
        }
        SubscriptionId::try_from(follower).ok().map(Target::Subscription)
    }

    /// Reports what waits for disabled subscriptions, for which nobody works.
    async fn measure(&mut self) -> Result<(), Unavailable> {
        let store = Arc::clone(&self.delivery.store);
        let followers = store.list_followers().await?;
        let is_measured = |follower: &&Follower| {
            follower.status == SubscriptionStatus::Disabled
                && !self.names.values().any(|name| *name == follower.id)
        };
        for Follower { id, position, .. } in followers.iter().filter(is_measured) {
            let waiting = store.waiting_deliveries(id).await?;
            let first = if let Some(first) = waiting.first() {
                Some(first.change)
            } else {
                let next = store.changes_behind(Page { after: *position, limit: 1 }).await?;
                next.first().map(|change| change.id)
            };
            report::backlog(id, waiting.len(), first, self.delivery.clock.now());
            self.measured.insert(id.clone());
        }
        Ok(())
    }

    async fn look_after(&mut self, follower: &Follower, target: Target) -> Result<(), Unavailable> {
        let now = Instant::now();
        let is_free = self.beats.is_free(follower, now);
        let has_worker = self.names.values().any(|name| *name == follower.id);
        // A worker of this server that has failed has left its name.
        let is_left = follower.server.is_some() && self.taken.get(&follower.id).copied() == follower.server;
        if has_worker || follower.status == SubscriptionStatus::Disabled || !(is_free || is_left) {
            return Ok(());
        }
        let server = self.delivery.ids.request();
        if self.delivery.store.serve_follower(&follower.id, Some(server), follower.beat).await? {
            self.taken.insert(follower.id.clone(), server);
            self.look().await?;
            let (delivery, latest) = (self.delivery.clone(), self.latest.subscribe());
            let stopping = self.stopping.subscribe();
            let task = match target {
                Target::Subscription(id) => {
                    self.workers.spawn(work(delivery, id, server, now, latest, stopping))
                }
                Target::Stream(stream) => {
                    let publisher =
                        Publisher::new(delivery.clone(), stream, follower.clone(), server, now, latest);
                    self.workers.spawn(publish(delivery, publisher, server, stopping))
                }
            };
            self.names.insert(task.id(), follower.id.clone());
        }
        Ok(())
    }

    /// Tells the workers up to where the log can be read.
    async fn look(&mut self) -> Result<(), Unavailable> {
        let latest = self.delivery.store.closed_position().await?;
        self.latest.send_if_modified(|seen| {
            let has_moved = *seen < latest;
            *seen = latest.max(*seen);
            has_moved
        });
        Ok(())
    }

    async fn tidy(&mut self) -> Result<(), Unavailable> {
        let now = self.delivery.real_clock.now();
        let kept_since = now.checked_sub_signed(ATTEMPTS_KEPT_FOR).unwrap_or(now);
        self.delivery.store.remove_deliveries(kept_since).await?;
        Ok(())
    }

    fn note_end(&mut self, ended: Result<(task::Id, ()), JoinError>) {
        let id = match ended {
            Ok((id, ())) => id,
            Err(error) => {
                tracing::error!(%error, "a delivery has failed");
                error.id()
            }
        };
        if let Some(name) = self.names.remove(&id) {
            report::no_backlog(&name);
        }
    }

    /// Ends all workers.
    async fn stop(mut self) {
        self.stopping.send_replace(true);
        let ended = async { while self.workers.join_next().await.is_some() {} };
        if timeout(ENDING, ended).await.is_err() {
            tracing::warn!("deliveries that take too long are sent again after the next start");
        }
    }
}

/// Delivers to one subscription, and lets others do it afterwards.
async fn work(
    delivery: Delivery,
    id: SubscriptionId,
    server: Uuid,
    since: Instant,
    latest: watch::Receiver<Option<Uuid>>,
    mut stopping: watch::Receiver<bool>,
) {
    match Worker::begin(delivery.clone(), &id, server, since, latest).await {
        Ok(Some(worker)) => {
            if let Err(error) = worker.run(stopping).await {
                tracing::error!(subscription = id.as_str(), %error, "a delivery has failed");
            }
        }
        Ok(None) => {}
        Err(error) => {
            tracing::warn!(subscription = id.as_str(), error = %Chain(&error), "a subscription gets nothing for now");
            timeout(AFTER_FAILURE, stopping.changed()).await.ok();
        }
    }
    // Others would wait until they see that nobody moves; they do where this fails.
    release(&delivery, id.as_str(), server).await.ok();
}

/// Publishes to the stream, and lets others do it afterwards.
async fn publish(delivery: Delivery, publisher: Publisher, server: Uuid, stopping: watch::Receiver<bool>) {
    if let Err(error) = publisher.run(stopping).await {
        tracing::error!(%error, "publishing has failed");
    }
    release(&delivery, stream::FOLLOWER, server).await.ok();
}

fn is_disabled(followers: &[Follower], id: &str) -> bool {
    followers.iter().any(|one| one.id == id && one.status == SubscriptionStatus::Disabled)
}

async fn release(delivery: &Delivery, id: &str, server: Uuid) -> Result<(), Unavailable> {
    if let Some(follower) = delivery.own_follower(id, server).await? {
        delivery.store.serve_follower(id, None, follower.beat).await?;
    }
    Ok(())
}
