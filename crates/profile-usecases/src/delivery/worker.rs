//! Delivers to one subscription, while this server is the one that does.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use profile_domain::operator::{ChangeFilter, Subscription, SubscriptionId, SubscriptionStatus};
use profile_ports::{Chain, DeliveryAttempt, Page, Unavailable, WebhookAttempt, WebhookError, is_overloaded};
use tokio::{
    sync::watch,
    task::{JoinError, JoinSet},
    time::{Instant, sleep_until},
};
use uuid::Uuid;

use super::{
    Delivery, lease,
    queue::Queue,
    report,
    schedule::{Verdict, paused_until, verdict},
    target::{Target, filter_of},
};

/// Most requests to one target that are open at once.
pub(super) const MAX_OPEN: usize = 64;
/// How long what has happened waits to be stored.
const FLUSH_AFTER: Duration = Duration::from_millis(250);
/// Most attempts that wait to be stored.
const MAX_UNSTORED: usize = 256;
/// How long nothing is done after the database has failed.
const AFTER_FAILURE: Duration = Duration::from_millis(500);
/// Attempts that are read at once.
const PAGE: u32 = 200;

/// What has come of a request.
pub(super) struct Sent {
    /// The id of the attempt, given when it began: the list of attempts is in their order.
    pub(super) id: Uuid,
    pub(super) change: Uuid,
    pub(super) at: DateTime<Utc>,
    pub(super) attempt: WebhookAttempt,
}

/// Delivers to one subscription.
pub(super) struct Worker {
    pub(super) delivery: Delivery,
    /// What this take-over is called in the store.
    pub(super) server: Uuid,
    /// The subscription as it is stored.
    pub(super) subscription: Subscription,
    pub(super) target: Arc<Target>,
    pub(super) filter: ChangeFilter,
    pub(super) queue: Queue,
    /// Up to where the log was taken up.
    pub(super) position: Option<Uuid>,
    /// Up to where the log can be read.
    pub(super) latest: watch::Receiver<Option<Uuid>>,
    /// Attempts that are not stored yet.
    pub(super) attempts: Vec<DeliveryAttempt>,
    pub(super) is_disabled: bool,
    /// Whether the subscription is another one in the store.
    pub(super) is_stale: bool,
    pub(super) paused_until: Option<DateTime<Utc>>,
    pub(super) last_success: Option<DateTime<Utc>>,
    /// The requests that are open. Dropping it ends them.
    pub(super) sends: JoinSet<Sent>,
    /// When this server has begun to show that it lives, the last time that it did.
    pub(super) flushed_at: Instant,
    /// Until when nothing is done, because the database has failed or has nothing.
    pub(super) rests_until: Option<Instant>,
    is_failing: bool,
}

impl Worker {
    /// Returns a worker that goes on where the store says; `None` if the subscription is gone. `since` is when the server took over.
    pub(super) async fn begin(
        delivery: Delivery,
        id: &SubscriptionId,
        server: Uuid,
        since: Instant,
        latest: watch::Receiver<Option<Uuid>>,
    ) -> Result<Option<Self>, Unavailable> {
        let Some(subscription) = delivery.store.find_subscription(id).await? else { return Ok(None) };
        let target = Arc::new(Target::open(&*delivery.vault, &subscription)?);
        let StoredQueue { queue, last_success, paused_until } = stored_queue(&delivery, id).await?;
        Ok(Some(Self {
            filter: filter_of(&subscription),
            position: subscription.position,
            is_disabled: subscription.status == SubscriptionStatus::Disabled,
            delivery,
            server,
            subscription,
            target,
            queue,
            latest,
            attempts: Vec::new(),
            is_stale: false,
            paused_until,
            last_success,
            sends: JoinSet::new(),
            flushed_at: since,
            rests_until: None,
            is_failing: false,
        }))
    }

    /// Delivers until it is told to stop, the subscription is disabled or gone, or another server has taken over.
    pub(super) async fn run(mut self, mut stopping: watch::Receiver<bool>) -> Result<(), JoinError> {
        loop {
            while let Some(sent) = self.sends.try_join_next() {
                self.note(&sent?);
            }
            let is_stopping = *stopping.borrow_and_update();
            let is_ending = (is_stopping || self.is_disabled) && self.sends.is_empty();
            if is_ending && !self.is_unstored() {
                return Ok(());
            }
            if !is_stopping && self.may_send() {
                let launched = self.launch().await;
                self.rest_after(&launched);
            }
            if self.is_flush_due(is_ending) {
                let flushed = self.flush().await;
                if matches!(flushed, Ok(false)) {
                    return Ok(());
                }
                self.rest_after(&flushed);
            }
            let wake_at = self.wake_at(is_stopping);
            let is_idle = !is_stopping && self.may_send() && !self.is_behind();
            tokio::select! {
                biased;
                Some(sent) = self.sends.join_next() => self.note(&sent?),
                _ = stopping.changed(), if !is_stopping => {}
                _ = self.latest.changed(), if is_idle => {}
                () = sleep_until(wake_at) => {}
            }
        }
    }

    /// Whether requests may be sent: this server has shown lately that it lives, and nothing wants it to wait.
    fn may_send(&self) -> bool {
        let is_paused = self.paused_until.is_some_and(|until| self.real_now() < until);
        let is_trusted = self.flushed_at.elapsed() < lease::TRUSTED;
        !self.is_disabled && !self.is_stale && !is_paused && is_trusted && !self.rests()
    }

    fn rests(&self) -> bool {
        self.rests_until.is_some_and(|until| Instant::now() < until)
    }

    /// How many more requests may be open.
    pub(super) fn free(&self) -> usize {
        MAX_OPEN.saturating_sub(self.sends.len())
    }

    /// Whether there is something in the log that was not taken up.
    pub(super) fn is_behind(&self) -> bool {
        self.position < *self.latest.borrow()
    }

    /// How deliveries go.
    pub(super) const fn status(&self) -> SubscriptionStatus {
        match (self.is_disabled, self.queue.retrying()) {
            (true, _) => SubscriptionStatus::Disabled,
            (false, 0) => SubscriptionStatus::Active,
            (false, _) => SubscriptionStatus::Failing,
        }
    }

    fn is_unstored(&self) -> bool {
        !self.attempts.is_empty()
            || self.position != self.subscription.position
            || self.status() != self.subscription.status
    }

    /// When what has happened is stored, or at least that this server lives.
    fn flush_at(&self) -> Instant {
        self.flushed_at + if self.is_unstored() { FLUSH_AFTER } else { lease::BEAT }
    }

    fn is_flush_due(&self, is_ending: bool) -> bool {
        let is_late = Instant::now() >= self.flush_at();
        let is_due = is_ending || self.is_stale || self.attempts.len() >= MAX_UNSTORED || is_late;
        is_due && !self.rests()
    }

    /// When there is something to do, if nothing happens before.
    fn wake_at(&self, is_stopping: bool) -> Instant {
        let now = Instant::now();
        if let Some(until) = self.rests_until.filter(|until| *until > now) {
            return until;
        }
        let mut wake_at = self.flush_at();
        if is_stopping || self.is_disabled || self.free() == 0 {
            return wake_at;
        }
        let real_now = self.real_now();
        let wait = |until: DateTime<Utc>| (until - real_now).to_std().unwrap_or_default();
        let pause = self.paused_until.map(wait).unwrap_or_default();
        let due =
            if self.is_behind() && !self.queue.is_full() { Some(real_now) } else { self.queue.next_due() };
        if let Some(due) = due {
            wake_at = wake_at.min(now + pause.max(wait(due)));
        }
        wake_at
    }

    /// Rests after a failure; the first of several is reported.
    fn rest_after<T>(&mut self, outcome: &Result<T, Unavailable>) {
        if let (Err(error), false) = (outcome, self.is_failing) {
            let id = self.subscription.id.as_str();
            tracing::warn!(subscription = id, error = %Chain(error), "deliveries to a subscription wait");
        }
        self.is_failing = outcome.is_err();
        if self.is_failing {
            self.rests_until = Some(Instant::now() + AFTER_FAILURE);
        }
    }

    /// Notes what has come of a request.
    fn note(&mut self, sent: &Sent) {
        let Sent { id, change, at, attempt } = sent;
        let Some(waiting) = self.queue.get(*change) else { return };
        let (number, person) = (waiting.attempts + 1, waiting.person);
        let first_attempt_at = waiting.first_attempt_at.unwrap_or(*at);
        let now = self.real_now();
        let verdict = verdict(attempt, number, now, self.delivery.ids.random());
        let next_attempt_at = if let Verdict::Retry(next) = verdict { Some(next) } else { None };
        report::attempt(self.subscription.id.as_str(), attempt.error.map(WebhookError::name));
        self.attempts.push(DeliveryAttempt {
            id: *id,
            change: *change,
            person,
            attempt: number,
            at: *at,
            ms: u32::try_from(attempt.duration.as_millis()).unwrap_or(u32::MAX),
            status: attempt.status,
            error: attempt.error,
            next_attempt_at,
        });
        let has_succeeded = self.last_success.is_some_and(|success| success > first_attempt_at);
        match verdict {
            Verdict::Delivered => {
                self.last_success = self.last_success.max(Some(*at));
                self.queue.finish(*change, now);
            }
            Verdict::Retry(next) => self.queue.fail(*change, *at, Some(next)),
            Verdict::GivenUp if has_succeeded => self.queue.finish(*change, now),
            Verdict::GivenUp | Verdict::Gone => {
                self.queue.fail(*change, *at, None);
                self.is_disabled = true;
            }
        }
        self.paused_until = self.paused_until.max(paused_until(attempt, now));
    }

    pub(super) fn real_now(&self) -> DateTime<Utc> {
        self.delivery.real_clock.now()
    }
}

/// What the attempts that are stored say of those to come.
pub(super) struct StoredQueue {
    pub(super) queue: Queue,
    /// When an attempt has succeeded last, as far as that matters to those that wait.
    pub(super) last_success: Option<DateTime<Utc>>,
    /// Until when the target wants nothing at all.
    pub(super) paused_until: Option<DateTime<Utc>>,
}

/// Returns what is waiting for a subscription, and what its attempts have met since the first of what waits was tried.
pub(super) async fn stored_queue(
    delivery: &Delivery,
    id: &SubscriptionId,
) -> Result<StoredQueue, Unavailable> {
    let waiting = delivery.store.waiting_deliveries(id.as_str()).await?;
    let queue = Queue::stored(waiting, delivery.real_clock.now());
    let mut stored = StoredQueue { queue, last_success: None, paused_until: None };
    let Some(since) = stored.queue.first_attempt() else { return Ok(stored) };
    let mut before = None;
    loop {
        let page = delivery.store.list_deliveries(id, Page { after: before, limit: PAGE }).await?;
        for attempt in &page {
            if attempt.error.is_none() {
                stored.last_success = stored.last_success.max(Some(attempt.at));
            }
            if is_overloaded(attempt.status) {
                stored.paused_until = stored.paused_until.max(attempt.next_attempt_at);
            }
        }
        match page.last() {
            Some(last) if last.at >= since => before = Some(last.id),
            _ => return Ok(stored),
        }
    }
}
