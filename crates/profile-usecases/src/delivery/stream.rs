//! Publishes every change to the stream of a broker, while this server is the one that does.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use profile_domain::{
    change::ChangeRecord,
    operator::{SubscriptionStatus, SubscriptionValues},
};
use profile_ports::{Chain, EventStream, Flush, Follower, Page, StreamError, StreamEvent, Unavailable};
use tokio::{
    sync::watch,
    task::{JoinError, JoinSet},
    time::{Instant, sleep_until},
};
use uuid::Uuid;

use super::{Delivery, event::event_kind, lease, outage::Outage, queue::Queue, report};

/// What the follower of the stream is called, in the store and in metrics.
pub(super) const FOLLOWER: &str = "nats";
/// Most events that are not confirmed yet, each of another record.
const MAX_OPEN: usize = 256;
/// Changes that are read from the log at once.
const BATCH: u32 = 256;
/// How long a new position waits to be stored.
const FLUSH_AFTER: Duration = Duration::from_millis(250);
/// How long nothing is done after the database has failed.
const AFTER_FAILURE: Duration = Duration::from_millis(500);
/// How long the log is left alone where it has nothing, though it should.
const WHILE_EMPTY: Duration = Duration::from_millis(100);

/// What has come of an event.
struct Published {
    change: Uuid,
    outcome: Result<(), StreamError>,
}

/// Publishes the log from the position of the stream's follower on.
pub(super) struct Publisher {
    delivery: Delivery,
    stream: Arc<dyn EventStream>,
    /// What this take-over is called in the store.
    server: Uuid,
    /// The follower as it is stored.
    follower: Follower,
    /// Up to where the log was read.
    read: Option<Uuid>,
    /// Up to where all of it is confirmed.
    confirmed: Option<Uuid>,
    /// What was read and is behind `confirmed`, in its order.
    unconfirmed: VecDeque<Uuid>,
    queue: Queue,
    open: JoinSet<Published>,
    outage: Outage,
    /// The events that have failed and are not confirmed since.
    failed: BTreeSet<Uuid>,
    /// Up to where the log can be read.
    latest: watch::Receiver<Option<Uuid>>,
    /// When this server has begun to show that it lives, the last time that it did.
    flushed_at: Instant,
    /// Until when nothing is done, because the database has failed or has nothing.
    rests_until: Option<Instant>,
    is_failing: bool,
}

impl Publisher {
    /// Returns a publisher that goes on where the store says. `since` is when the server took over.
    pub(super) fn new(
        delivery: Delivery,
        stream: Arc<dyn EventStream>,
        follower: Follower,
        server: Uuid,
        since: Instant,
        latest: watch::Receiver<Option<Uuid>>,
    ) -> Self {
        Self {
            delivery,
            stream,
            server,
            read: follower.position,
            confirmed: follower.position,
            follower,
            unconfirmed: VecDeque::new(),
            queue: Queue::default(),
            open: JoinSet::new(),
            outage: Outage::default(),
            failed: BTreeSet::new(),
            latest,
            flushed_at: since,
            rests_until: None,
            is_failing: false,
        }
    }

    /// Publishes until it is told to stop, or another server has taken over.
    pub(super) async fn run(mut self, mut stopping: watch::Receiver<bool>) -> Result<(), JoinError> {
        loop {
            while let Some(published) = self.open.try_join_next() {
                self.note(&published?);
            }
            let is_stopping = *stopping.borrow_and_update();
            let is_ending = is_stopping && self.open.is_empty();
            if is_ending && !self.is_unstored() {
                return Ok(());
            }
            if !is_stopping && self.may_publish() {
                let launched = self.launch().await;
                self.rest_after(&launched);
            }
            if (is_ending || Instant::now() >= self.flush_at()) && !self.rests() {
                let flushed = self.flush().await;
                if matches!(flushed, Ok(false)) {
                    return Ok(());
                }
                self.rest_after(&flushed);
            }
            let wake_at = self.wake_at(is_stopping);
            let is_idle = !is_stopping && self.may_publish() && !self.is_behind();
            tokio::select! {
                biased;
                Some(published) = self.open.join_next() => self.note(&published?),
                _ = stopping.changed(), if !is_stopping => {}
                _ = self.latest.changed(), if is_idle => {}
                () = sleep_until(wake_at) => {}
            }
        }
    }

    fn may_publish(&self) -> bool {
        let is_trusted = self.flushed_at.elapsed() < lease::TRUSTED;
        is_trusted && !self.rests() && self.outage.pause_end().is_none()
    }

    fn rests(&self) -> bool {
        self.rests_until.is_some_and(|until| Instant::now() < until)
    }

    /// How many more events may be on their way. Until one is confirmed, the broker is tried with a single one.
    fn free(&self) -> usize {
        let most = if self.outage.is_trying() { 1 } else { MAX_OPEN };
        most.saturating_sub(self.open.len())
    }

    fn is_behind(&self) -> bool {
        self.read < *self.latest.borrow()
    }

    fn status(&self) -> SubscriptionStatus {
        if self.failed.is_empty() { SubscriptionStatus::Active } else { SubscriptionStatus::Failing }
    }

    fn is_unstored(&self) -> bool {
        self.confirmed != self.follower.position || self.status() != self.follower.status
    }

    fn flush_at(&self) -> Instant {
        self.flushed_at + if self.is_unstored() { FLUSH_AFTER } else { lease::BEAT }
    }

    /// When there is something to do, if nothing happens before.
    fn wake_at(&self, is_stopping: bool) -> Instant {
        let now = Instant::now();
        if let Some(until) = self.rests_until.filter(|until| *until > now) {
            return until;
        }
        let is_work = self.queue.next_due().is_some() || self.is_behind() && !self.queue.is_full();
        if is_stopping || self.free() == 0 || !is_work {
            return self.flush_at();
        }
        self.flush_at().min(self.outage.pause_end().unwrap_or(now))
    }

    fn rest_after<T>(&mut self, outcome: &Result<T, Unavailable>) {
        if let (Err(error), false) = (outcome, self.is_failing) {
            tracing::warn!(error = %Chain(error), "changes are not published on NATS, because the database fails");
        }
        self.is_failing = outcome.is_err();
        if self.is_failing {
            self.rests_until = Some(Instant::now() + AFTER_FAILURE);
        }
    }

    /// Publishes what waits, and what follows in the log.
    async fn launch(&mut self) -> Result<(), Unavailable> {
        let due = self.queue.take_due(self.real_now(), self.free());
        if !due.is_empty() {
            // As the log has them now: what was erased while it waited goes out erased.
            let read = self.delivery.store.changes_by_id(&due).await;
            let changes = read.inspect_err(|_| self.give_back(&due))?;
            self.publish_all(&due, changes).await?;
        }
        if self.free() > 0 && self.is_behind() && !self.queue.is_full() {
            self.read_on().await?;
        }
        Ok(())
    }

    async fn read_on(&mut self) -> Result<(), Unavailable> {
        let changes = self.delivery.store.changes_behind(Page { after: self.read, limit: BATCH }).await?;
        if changes.is_empty() {
            self.rests_until = Some(Instant::now() + WHILE_EMPTY);
        }
        let now = self.real_now();
        let mut fresh = Vec::new();
        for change in changes {
            if self.queue.is_full() {
                break;
            }
            self.read = Some(change.id);
            self.unconfirmed.push_back(change.id);
            self.queue.add(&change, now);
            fresh.push(change);
        }
        let due = self.queue.take_due(now, self.free());
        self.publish_all(&due, fresh).await
    }

    /// Publishes those of `due` that are among `changes`, and gives back the others; after a failure all that were not published.
    async fn publish_all(&mut self, due: &[Uuid], changes: Vec<ChangeRecord>) -> Result<(), Unavailable> {
        let mut changes: HashMap<Uuid, ChangeRecord> =
            changes.into_iter().map(|change| (change.id, change)).collect();
        for (index, id) in due.iter().enumerate() {
            let Some(change) = changes.remove(id) else {
                self.give_back(&[*id]);
                continue;
            };
            if let Err(error) = self.publish(&change).await {
                self.give_back(due.get(index..).unwrap_or_default());
                return Err(error);
            }
        }
        Ok(())
    }

    async fn publish(&mut self, change: &ChangeRecord) -> Result<(), Unavailable> {
        let kind = event_kind(&*self.delivery.store, change).await?;
        let body = self.delivery.events.change(change, kind, SubscriptionValues::None);
        let event = StreamEvent { kind: change.kind, id: change.id, body };
        let stream = Arc::clone(&self.stream);
        self.open.spawn(async move { Published { change: event.id, outcome: stream.publish(&event).await } });
        Ok(())
    }

    fn give_back(&mut self, ids: &[Uuid]) {
        let now = self.real_now();
        for id in ids {
            self.queue.offer(*id, now);
        }
    }

    /// Notes what has come of an event.
    fn note(&mut self, Published { change, outcome }: &Published) {
        report::attempt(FOLLOWER, outcome.as_ref().err().map(StreamError::name));
        match outcome {
            Ok(()) => {
                self.queue.finish(*change, self.real_now());
                while let Some(first) = self.unconfirmed.front().filter(|id| self.queue.get(**id).is_none()) {
                    self.confirmed = Some(*first);
                    self.unconfirmed.pop_front();
                }
                self.outage.note_success();
                if self.failed.remove(change) && self.failed.is_empty() && self.outage.end() {
                    report::stream_goes_on();
                }
            }
            Err(error) => {
                self.give_back(&[*change]);
                self.failed.insert(*change);
                if self.outage.note_failure(error.name()) {
                    report::stream_fails(error);
                }
            }
        }
    }

    /// Stores the position. Returns whether this server still is the one that publishes.
    async fn flush(&mut self) -> Result<bool, Unavailable> {
        let begun = Instant::now();
        let (status, position) = (self.status(), self.confirmed);
        let failing_since = match status {
            SubscriptionStatus::Failing => self.follower.failing_since.or_else(|| Some(self.real_now())),
            SubscriptionStatus::Active | SubscriptionStatus::Disabled => None,
        };
        let flush = Flush {
            follower: FOLLOWER.to_owned(),
            server: self.server,
            revision: self.follower.revision,
            position,
            status,
            failing_since,
            waiting: Vec::new(),
            finished: Vec::new(),
            attempts: Vec::new(),
        };
        if !self.delivery.store.flush_deliveries(&flush).await? {
            return Ok(false);
        }
        self.flushed_at = begun;
        let follower = &mut self.follower;
        (follower.position, follower.status, follower.failing_since) = (position, status, failing_since);
        report::backlog(FOLLOWER, self.queue.len(), self.queue.first(), self.delivery.clock.now());
        Ok(true)
    }

    fn real_now(&self) -> DateTime<Utc> {
        self.delivery.real_clock.now()
    }
}
