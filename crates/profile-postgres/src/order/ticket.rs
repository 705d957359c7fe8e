//! The place of one transaction in the order of the log.

use std::{sync::Arc, time::Instant};

use chrono::{DateTime, Utc};
use profile_domain::position::{change_id, next_at};
use uuid::Uuid;

use super::{Order, state::Place};

/// The place of one transaction. As long as it is held, nothing is closed that the transaction may write.
///
/// It must be [settled](Self::settle) once it is known how the transaction ended. Dropped without that, also because a runtime
/// stops, the transaction may still come, and the server goes on with a new row.
pub(crate) struct Ticket {
    order: Arc<Order>,
    place: Place,
    is_settled: bool,
}

impl Ticket {
    pub(super) const fn new(order: Arc<Order>, place: Place) -> Self {
        Self { order, place, is_settled: false }
    }

    /// Returns time and position of a record's next change, where `previous` is the time of its last one.
    pub(crate) fn number(&self, previous: Option<DateTime<Utc>>) -> (DateTime<Utc>, Uuid) {
        let at = next_at(self.order.clock.now().max(self.place.start), previous);
        self.order.state().given(at);
        (at, change_id(at, self.order.ids.random()))
    }

    /// The row under whose lease the transaction commits.
    pub(crate) const fn server(&self) -> Uuid {
        self.place.server
    }

    /// Says that the transaction has ended, or was never sent.
    pub(crate) fn settle(mut self) {
        self.is_settled = true;
    }

    /// Says that the transaction may still come, or that the database takes nothing under this row any more.
    pub(crate) fn abandon(self) {
        drop(self);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.order.state().give_back(&self.place, self.is_settled, Instant::now());
    }
}
