//! The log in its order, as far as that is closed.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{change::ChangeRecord, position::last_id};
use profile_ports::{Feed, Unavailable};
use profile_rows::{Engine as _, change};
use uuid::Uuid;

use super::{
    Order,
    rows::{self, Others},
    snapshot::Snapshot,
};
use crate::{PostgresStore, link::Link};

#[async_trait]
impl Feed for PostgresStore {
    async fn changes_behind(
        &self,
        position: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<ChangeRecord>, Unavailable> {
        let connection = self.connection().await?;
        let (snapshot, until, any_gone) = closed(&self.order, &connection).await?;
        let changes = change::changes_behind(&snapshot, position, until, limit).await?;
        snapshot.end().await?;
        see_to_the_gone(&connection, any_gone).await;
        Ok(changes)
    }

    async fn closed_position(&self) -> Result<Option<Uuid>, Unavailable> {
        let connection = self.connection().await?;
        let (snapshot, until, any_gone) = closed(&self.order, &connection).await?;
        let position = change::last_position(&snapshot, until).await?;
        snapshot.end().await?;
        see_to_the_gone(&connection, any_gone).await;
        Ok(position)
    }
}

/// Returns a snapshot, the last position that is closed in it (`None`: all of them), and whether a server has gone.
async fn closed<'a>(
    order: &Order,
    link: &'a Link,
) -> Result<(Snapshot<'a>, Option<Uuid>, bool), Unavailable> {
    // Before the snapshot: what is closed here by now is visible to it.
    let own = order.closed();
    let snapshot = Snapshot::begin(link).await?;
    let others: Vec<Others> = snapshot.load(rows::others(own.map(|(server, _)| server))).await?;
    let others = others.first().ok_or_else(|| Unavailable::database("an aggregate has no row"))?;
    let limits = [others.closed.map(DateTime::<Utc>::from), own.map(|(_, closed)| closed)];
    let until = limits.into_iter().flatten().min().map(last_id);
    Ok((snapshot, until, others.any_gone))
}

/// Has the feed go on when no other server is there that would. Whether that works out is of no concern to the caller.
async fn see_to_the_gone(link: &Link, any_gone: bool) {
    if any_gone && let Err(error) = rows::fence(link).await {
        tracing::warn!(error = %error.source, "the rows of servers that have gone could not be removed");
    }
}
