//! The place of each change in the log: the one writer numbers changes in the order of its commits.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use profile_domain::{
    Head,
    chain::CommittedDraft,
    change::ChangeRecord,
    position::{change_id, next_at},
};
use profile_ports::{Clock, Ids};
use profile_rows::{Instant, schema::changes};

/// Numbers changes, each behind all that are in the file.
pub(crate) struct Order {
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    /// The time of the last change, once a transaction has asked for it.
    last: Option<DateTime<Utc>>,
    is_read: bool,
}

impl Order {
    pub(crate) fn new(clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Self {
        Self { clock, ids, last: None, is_read: false }
    }

    /// Begins a transaction. Another process, such as an import, may have written since the one before.
    pub(crate) fn begin(&mut self) {
        self.is_read = false;
    }

    /// Returns the change of `draft` at its place: later than every one in the file, whatever the clock says. A place that is
    /// not used, because its write is refused, is given to no other.
    pub(crate) fn number(
        &mut self,
        connection: &mut SqliteConnection,
        draft: CommittedDraft,
        head: Option<Head>,
    ) -> QueryResult<ChangeRecord> {
        if !self.is_read {
            let last = changes::table.order(changes::id.desc()).limit(1).select(changes::at);
            self.last = last.first::<Instant>(connection).optional()?.map(DateTime::from);
            self.is_read = true;
        }
        let before = self.last.max(head.map(|head| head.at));
        let at = next_at(self.clock.now(), before);
        self.last = Some(at);
        let id = change_id(at, self.ids.random());
        Ok(ChangeRecord::new(draft, id, at, head.map(|head| head.chain).as_ref()))
    }
}
