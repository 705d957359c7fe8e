//! Reads the log for all who wait for its next change, and rests while nobody does.

use std::{sync::Arc, time::Duration};

use profile_ports::{Chain, Page, Store, Unavailable};
use tokio::time::sleep;
use uuid::Uuid;

use crate::FeedHub;

/// Changes that are read at once.
const BATCH: u32 = 500;
/// How long the reader rests after changes, where more may follow soon.
const AFTER_CHANGES: Duration = Duration::from_millis(50);
/// How long it rests where there were none: a change is handed out well within the second that the page leaves.
const WHILE_QUIET: Duration = Duration::from_millis(100);
/// How long it rests after a failure.
const AFTER_FAILURE: Duration = Duration::from_millis(500);

/// Hands the changes of the log to the followers of `hub` until it is closed.
pub async fn watch_feed(store: Arc<dyn Store>, hub: Arc<FeedHub>) {
    let mut is_failing = false;
    while hub.is_wanted().await {
        let step = step(&*store, &hub).await;
        if let (Err(error), false) = (&step, is_failing) {
            tracing::warn!(error = %Chain(error), "the log is not read for those who wait for changes");
        }
        is_failing = step.is_err();
        sleep(step.unwrap_or(AFTER_FAILURE)).await;
    }
}

/// Hands out the next changes; returns how long to rest.
async fn step(store: &dyn Store, hub: &FeedHub) -> Result<Duration, Unavailable> {
    let Some(position) = hub.position() else {
        hub.begin(store.closed_position().await?.unwrap_or(Uuid::nil()));
        return Ok(Duration::ZERO);
    };
    let changes = store.changes_behind(Page { after: Some(position), limit: BATCH }).await?;
    let rest = match changes.len() {
        0 => WHILE_QUIET,
        full if full >= BATCH as usize => Duration::ZERO,
        _ => AFTER_CHANGES,
    };
    hub.publish(changes);
    Ok(rest)
}
