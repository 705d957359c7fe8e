//! What a connection is doing, shared by its stream, its requests and the gate.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    task::Waker,
    time::{Duration, Instant},
};

use futures_util::task::AtomicWaker;
use tokio::sync::Notify;

use crate::Limits;

/// Why a connection must end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overdue {
    /// The head of a request, or a body that no handler reads, did not end in time.
    Head,
    /// There was no request for too long.
    Idle,
    /// Another connection needs its place.
    Displaced,
}

impl Overdue {
    /// The word for the metric.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::Head => "slow_head",
            Self::Idle => "idle",
            Self::Displaced => "displaced",
        }
    }
}

/// The state of one connection. Instants are milliseconds since `opened`.
pub(crate) struct Connection {
    opened: Instant,
    /// Requests whose handlers run. They have deadlines of their own for the body they read.
    handlers: AtomicUsize,
    /// When bytes moved last, or a handler ended.
    active: AtomicU64,
    /// When the first byte arrived that no handler takes; [`NEVER`] while there is none.
    unclaimed: AtomicU64,
    displaced: AtomicBool,
    task: AtomicWaker,
    /// Whether the peer will send nothing more.
    input_ended: AtomicBool,
    input_end: Notify,
}

const NEVER: u64 = u64::MAX;

impl Connection {
    pub(super) fn new() -> Self {
        Self {
            opened: Instant::now(),
            handlers: AtomicUsize::new(0),
            active: AtomicU64::new(0),
            unclaimed: AtomicU64::new(NEVER),
            displaced: AtomicBool::new(false),
            task: AtomicWaker::new(),
            input_ended: AtomicBool::new(false),
            input_end: Notify::new(),
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(NEVER - 1)
    }

    /// Notes that bytes arrived.
    pub(super) fn received(&self) {
        let now = self.now();
        self.active.store(now, Ordering::Relaxed);
        if self.handlers.load(Ordering::Relaxed) == 0 && self.unclaimed.load(Ordering::Relaxed) == NEVER {
            self.unclaimed.store(now, Ordering::Relaxed);
        }
    }

    /// Notes that the peer will send nothing more.
    pub(super) fn end_input(&self) {
        self.input_ended.store(true, Ordering::Release);
        self.input_end.notify_waiters();
    }

    /// Waits until the peer will send nothing more: whoever waits for an answer that may take long has most likely gone.
    pub(crate) async fn input_ended(&self) {
        loop {
            let mut end = pin!(self.input_end.notified());
            // Before the look, so that no end in between is missed.
            end.as_mut().enable();
            if self.input_ended.load(Ordering::Acquire) {
                return;
            }
            end.await;
        }
    }

    /// Notes that bytes of an answer were taken. A client that reads an answer may send the next head meanwhile.
    pub(super) fn sent(&self) {
        let now = self.now();
        self.active.store(now, Ordering::Relaxed);
        if self.unclaimed.load(Ordering::Relaxed) != NEVER {
            self.unclaimed.store(now, Ordering::Relaxed);
        }
    }

    /// Notes that a request's head is complete; its handler runs until the guard is dropped.
    pub(crate) fn handle(self: &Arc<Self>) -> Handling {
        self.handlers.fetch_add(1, Ordering::Relaxed);
        self.unclaimed.store(NEVER, Ordering::Relaxed);
        Handling(Arc::clone(self))
    }

    /// Returns why the connection must end, if it must.
    pub(super) fn overdue(&self, limits: &Limits) -> Option<Overdue> {
        if self.displaced.load(Ordering::Relaxed) {
            return Some(Overdue::Displaced);
        }
        if self.handlers.load(Ordering::Relaxed) > 0 {
            return None;
        }
        let now = self.now();
        let passed = |since: u64, limit: Duration| {
            since != NEVER && u128::from(now.saturating_sub(since)) >= limit.as_millis()
        };
        if passed(self.unclaimed.load(Ordering::Relaxed), limits.headers) {
            Some(Overdue::Head)
        } else if passed(self.active.load(Ordering::Relaxed), limits.idle.max(limits.headers)) {
            Some(Overdue::Idle)
        } else {
            None
        }
    }

    /// Since when nothing has moved; `None` while a handler runs.
    pub(super) fn waiting_since(&self) -> Option<Instant> {
        let waits = self.handlers.load(Ordering::Relaxed) == 0;
        waits.then(|| self.opened + Duration::from_millis(self.active.load(Ordering::Relaxed)))
    }

    /// Ends it soon, for another one needs its place.
    pub(super) fn displace(&self) {
        self.displaced.store(true, Ordering::Relaxed);
        self.task.wake();
    }

    /// Remembers the task to wake when the connection is displaced.
    pub(super) fn wake_on_displacement(&self, task: &Waker) {
        self.task.register(task);
    }

    pub(super) fn is_displaced(&self) -> bool {
        self.displaced.load(Ordering::Relaxed)
    }
}

/// A request whose handler runs.
pub(crate) struct Handling(Arc<Connection>);

impl Drop for Handling {
    fn drop(&mut self) {
        self.0.active.store(self.0.now(), Ordering::Relaxed);
        self.0.handlers.fetch_sub(1, Ordering::Relaxed);
    }
}
