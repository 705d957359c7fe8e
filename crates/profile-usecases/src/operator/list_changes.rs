//! An operator follows the changes of all records (operator API page, section 9).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use profile_domain::{change::ChangeRecord, operator::ChangeFilter, position::position_before};
use profile_ports::{Page, Store, Unavailable};
use tokio::task::yield_now;
use uuid::Uuid;

use crate::Ports;

/// Most changes that one page looks at to find such as match.
const MAX_LOOKED_AT: usize = 10_000;
/// Changes that are read at once where some may not match.
const CHUNK: u32 = 250;

/// Where to begin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FeedStart {
    /// Before the first change of all.
    #[default]
    Beginning,
    /// Behind a position, which need not be that of a change.
    Position(Uuid),
    /// Before the first change that is not earlier.
    Instant(DateTime<Utc>),
    /// Behind the newest change.
    Latest,
}

/// A page of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangePage {
    /// Changes that match, in the order of the log.
    pub changes: Vec<Arc<ChangeRecord>>,
    /// Where the log goes on, behind everything that was looked at.
    pub next: Uuid,
    /// Whether the end of the log was seen.
    pub is_end: bool,
}

impl ChangePage {
    /// Returns a page without changes.
    #[must_use]
    pub const fn empty(next: Uuid) -> Self {
        Self { changes: Vec::new(), next, is_end: true }
    }
}

impl FeedStart {
    /// Returns the position to begin behind.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn position(self, ports: &Ports) -> Result<Uuid, Unavailable> {
        Ok(match self {
            Self::Beginning => Uuid::nil(),
            Self::Position(position) => position,
            Self::Instant(at) => position_before(at),
            Self::Latest => ports.store.closed_position().await?.unwrap_or(Uuid::nil()),
        })
    }
}

/// Returns at most `limit` changes behind the position `after` that match. A page ends early where it has looked at too many.
///
/// # Errors
/// [`Unavailable`].
pub async fn list_changes(
    store: &dyn Store,
    filter: &ChangeFilter,
    after: Uuid,
    limit: u32,
) -> Result<ChangePage, Unavailable> {
    let mut page = ChangePage { is_end: false, ..ChangePage::empty(after) };
    let mut looked_at = 0;
    while looked_at < MAX_LOOKED_AT {
        let left = limit.saturating_sub(u32::try_from(page.changes.len()).unwrap_or(u32::MAX));
        let chunk = if filter.is_empty() { left.min(CHUNK) } else { CHUNK };
        let changes = store.changes_behind(Page { after: Some(page.next), limit: chunk }).await?;
        page.is_end = changes.len() < chunk as usize;
        looked_at += changes.len();
        for change in changes {
            page.next = change.id;
            if filter.matches(&change) {
                page.changes.push(Arc::new(change));
                if page.changes.len() >= limit as usize {
                    // There may be more in what was read.
                    return Ok(ChangePage { is_end: false, ..page });
                }
            }
        }
        if page.is_end {
            break;
        }
        // A store that answers at once would keep all others of this thread waiting.
        yield_now().await;
    }
    Ok(page)
}
