//! The feed as a standby shows it.

use profile_domain::change::ChangeRecord;
use profile_ports::{Page, Unavailable};
use profile_rows::change;
use uuid::Uuid;

use crate::{PostgresStore, order::Closed};

impl PostgresStore {
    /// Returns a page of the log, if the standby answers.
    pub(crate) async fn changes_on_replica(&self, page: Page<Uuid>) -> Option<Vec<ChangeRecord>> {
        self.replica.as_ref()?;
        // Before the primary is asked how far it is: what is closed here by now is visible on the standby then.
        let own = self.order.closed();
        let lent = self.lend().await?;
        let read = async {
            let closed = Closed::begin(&lent, own).await?;
            let changes = change::changes_behind(&closed.snapshot, page, Some(closed.until)).await?;
            closed.end_on_standby().await?;
            Ok(changes)
        };
        let read: Result<_, Unavailable> = read.await;
        lent.outcome(read)
    }

    /// Returns the last position that is closed, if the standby answers.
    pub(crate) async fn closed_on_replica(&self) -> Option<Option<Uuid>> {
        self.replica.as_ref()?;
        let own = self.order.closed();
        let lent = self.lend().await?;
        let read = async {
            let closed = Closed::begin(&lent, own).await?;
            let position = change::last_position(&closed.snapshot, Some(closed.until)).await?;
            closed.end_on_standby().await?;
            Ok(position)
        };
        let read: Result<_, Unavailable> = read.await;
        lent.outcome(read)
    }
}
