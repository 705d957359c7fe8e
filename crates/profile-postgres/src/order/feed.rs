//! How far the log is closed, as a reader sees it.

use chrono::{DateTime, Utc};
use profile_domain::position::last_id;
use profile_ports::Unavailable;
use profile_rows::Queries as _;
use uuid::Uuid;

use super::{
    rows::{self, Others},
    snapshot::Snapshot,
};
use crate::link::Link;

/// The log at one moment, and how far it is closed then.
pub(crate) struct Closed<'a> {
    link: &'a Link,
    /// What the log is to be read in.
    pub(crate) snapshot: Snapshot<'a>,
    /// The last position that is closed.
    pub(crate) until: Uuid,
    /// Whether the row of a server that has gone is in the way.
    any_gone: bool,
}

impl<'a> Closed<'a> {
    /// Returns how far the log is closed, in a snapshot of its own. `own` is the [place of this server](super::Order::closed), which is
    /// noted before the snapshot: what is closed there is visible to it.
    pub(crate) async fn begin(
        link: &'a Link,
        own: Option<(Uuid, DateTime<Utc>)>,
    ) -> Result<Self, Unavailable> {
        // Before the rows of servers are read: on a cluster the log is read later than they are, and so may show changes of a server
        // whose row was made in between. Those lie behind whatever was visible before.
        let last = rows::last_change(link).await?.map(|last| last.id.uuid()).transpose();
        let last = last.map_err(Unavailable::database)?.unwrap_or(Uuid::nil());
        let snapshot = Snapshot::begin(link).await?;
        let others: Vec<Others> = snapshot.load(rows::others(own.map(|(server, _)| server))).await?;
        let others = others.first().ok_or_else(|| Unavailable::database("an aggregate has no row"))?;
        let limits = [others.closed.map(DateTime::<Utc>::from), own.map(|(_, closed)| closed)];
        let closed = limits.into_iter().flatten().min().map(last_id);
        let until = closed.map_or(last, |closed| closed.min(last));
        Ok(Self { link, snapshot, until, any_gone: others.any_gone })
    }

    /// Ends the snapshot, and has the log be closed further where no other server is there that would. Whether that works out
    /// is of no concern to the reader.
    pub(crate) async fn end(self) -> Result<(), Unavailable> {
        self.snapshot.end().await?;
        if self.any_gone
            && let Err(error) = rows::fence(self.link).await
        {
            tracing::warn!(error = %error.source, "the rows of servers that have gone could not be removed");
        }
        Ok(())
    }

    /// Ends the snapshot of a standby, on which nobody can have the log be closed further; fails where somebody should.
    pub(crate) async fn end_on_standby(self) -> Result<(), Unavailable> {
        self.snapshot.end().await?;
        if self.any_gone {
            return Err(Unavailable::database("a server that has gone holds the log back"));
        }
        Ok(())
    }
}
