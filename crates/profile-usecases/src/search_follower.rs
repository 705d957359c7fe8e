//! Follows the log, so that people are found by what their records hold now.

use std::{sync::Arc, time::Duration};

use profile_ports::{Page, SearchProgress, SearchStep, Store, Unavailable};
use tokio::time::sleep;
use uuid::Uuid;

use crate::search_changes::{SearchChanges, read_entries};

/// Entries that are written at once: few enough that no other write waits for long where one thread writes all.
const MAX_WRITTEN_AT_ONCE: usize = 100;
/// How often a server that waits must see another one stand still, while there is something to follow, before it takes over.
const STANDS_STILL: u32 = 4;

/// What has come of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// So many changes were followed, and there are more.
    Some(usize),
    /// So many changes were followed, to the end of the log; none, if it had not grown.
    All(usize),
    /// Somebody else follows.
    Waiting,
}

/// One of those who may follow the log; one at a time does.
///
/// Whoever starts takes over, so that a server that was killed is not waited for. The others take over when nobody follows, or
/// when whoever does stands still. It does no harm if several believe to be the one: the store takes each step once.
pub struct SearchFollower {
    store: Arc<dyn Store>,
    id: Uuid,
    has_begun: bool,
    /// The beat that was seen last, and how often since.
    seen: (i64, u32),
}

impl SearchFollower {
    /// Returns somebody who has not begun, and whom `id` tells from all others.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, id: Uuid) -> Self {
        Self { store, id, has_begun: false, seen: (-1, 0) }
    }

    /// Makes the next step.
    ///
    /// # Errors
    /// The database does not answer; the next step may go well.
    pub async fn step(&mut self) -> Result<Followed, Unavailable> {
        let progress = self.store.search_progress().await?;
        if progress.follower != Some(self.id) {
            return self.wait(&progress).await;
        }
        self.follow(progress.position).await
    }

    /// Has somebody else follow.
    pub async fn end(self) {
        let progress = self.store.search_progress().await;
        if let Ok(SearchProgress { follower: Some(follower), beat, .. }) = progress
            && follower == self.id
        {
            // Without it others wait until they see that nobody moves.
            self.store.set_search_follower(None, beat).await.ok();
        }
    }

    async fn follow(&self, from: Option<Uuid>) -> Result<Followed, Unavailable> {
        let store = &*self.store;
        let changes = SearchChanges::behind(store, from).await?;
        let SearchChanges { count, last, are_all, .. } = changes;
        if count > 0 {
            let altered = changes.altered(store).await?;
            let mut parts = altered.chunks(MAX_WRITTEN_AT_ONCE).peekable();
            let mut to = None;
            while to != last {
                let entries = read_entries(store, parts.next().unwrap_or_default()).await?;
                // The position moves with the last part. The others are steps, too, so that a follower that has been replaced does
                // not write what it read before that.
                to = if parts.peek().is_some() { from } else { last };
                if entries.is_empty() && to != last {
                    continue;
                }
                let step = SearchStep { follower: self.id, from, to };
                if !store.store_search_entries(&entries, Some(&step)).await? {
                    return Ok(Followed::Waiting);
                }
            }
        }
        Ok(if are_all { Followed::All(count) } else { Followed::Some(count) })
    }

    async fn wait(&mut self, progress: &SearchProgress) -> Result<Followed, Unavailable> {
        let store = &self.store;
        let is_still = match &mut self.seen {
            (beat, times) if *beat == progress.beat => {
                *times += 1;
                *times >= STANDS_STILL
            }
            seen => {
                *seen = (progress.beat, 0);
                false
            }
        };
        let is_needed =
            is_still && !store.changes_behind(Page { after: progress.position, limit: 1 }).await?.is_empty();
        let takes_over = !self.has_begun || progress.follower.is_none() || is_needed;
        if takes_over && store.set_search_follower(Some(self.id), progress.beat).await? {
            self.has_begun = true;
            return self.follow(progress.position).await;
        }
        Ok(Followed::Waiting)
    }
}

/// Makes the projection anew from the whole log, as a follower of its own, while servers may run, and says how many changes were followed so far, and up
/// to which position. Returns how many there were.
///
/// # Errors
/// The database does not answer.
pub async fn rebuild_search(
    store: Arc<dyn Store>,
    id: Uuid,
    mut progress: impl FnMut(u64, Uuid),
) -> Result<u64, Unavailable> {
    let until = store.closed_position().await?;
    store.clear_search().await?;
    let mut follower = SearchFollower::new(Arc::clone(&store), id);
    let mut followed = 0;
    loop {
        let position = store.search_progress().await?.position;
        if let Some(position) = position {
            progress(followed, position);
        }
        if position >= until {
            break;
        }
        match follower.step().await? {
            Followed::Some(count) | Followed::All(count @ 1..) => followed += count as u64,
            // A server that has started meanwhile goes on with it.
            Followed::All(0) | Followed::Waiting => sleep(PAUSE).await,
        }
    }
    follower.end().await;
    Ok(followed)
}

/// How long whoever waits for another follower rests.
const PAUSE: Duration = Duration::from_millis(200);
