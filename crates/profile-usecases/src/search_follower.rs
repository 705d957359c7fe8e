//! Follows the log, so that people are found by what their records hold now.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use profile_domain::{
    PersonId,
    change::{ChangeRecord, RecordKind},
    operator::search::SearchEntry,
};
use profile_ports::{Broken, Chain, Page, RecordRef, SearchProgress, SearchStep, Store, Unavailable};
use tokio::time::sleep;
use uuid::Uuid;

use crate::verify::find_state;

/// Changes that are followed in one step: few enough that no other write waits for long where one thread writes all.
const BATCH: u32 = 200;
/// Records that are read at the same time.
const MAX_READ_AT_ONCE: usize = 16;
/// How often a server that waits must see another one stand still, while there is something to follow, before it takes over.
const STANDS_STILL: u32 = 4;

/// What has come of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// So many changes were followed; there may be more.
    Changes(usize),
    /// There was nothing to follow.
    Nothing,
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

    async fn follow(&self, position: Option<Uuid>) -> Result<Followed, Unavailable> {
        let store = &self.store;
        let changes = store.changes_behind(Page { after: position, limit: BATCH }).await?;
        let Some(last) = changes.last() else { return Ok(Followed::Nothing) };
        let step = SearchStep { follower: self.id, from: position, to: last.id };
        let entries = entries(&**store, &changes).await?;
        let is_taken = store.store_search_entries(&entries, Some(&step)).await?;
        Ok(if is_taken { Followed::Changes(changes.len()) } else { Followed::Waiting })
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
            Followed::Changes(count) => followed += count as u64,
            // A server that has started meanwhile goes on with it.
            Followed::Nothing | Followed::Waiting => sleep(PAUSE).await,
        }
    }
    follower.end().await;
    Ok(followed)
}

/// How long whoever waits for another follower rests.
const PAUSE: Duration = Duration::from_millis(200);

/// Returns what is searched now of the records that have changed: of the records as they stand, as the values of their changes
/// may have been erased.
async fn entries(
    store: &(dyn Store + 'static),
    changes: &[ChangeRecord],
) -> Result<Vec<SearchEntry>, Unavailable> {
    let mut records: BTreeMap<(RecordKind, &str), Vec<&ChangeRecord>> = BTreeMap::new();
    for change in changes.iter().filter(|change| SearchEntry::has_any(change.kind)) {
        records.entry((change.kind, &change.key)).or_default().push(change);
    }
    // Collected: of a lazy stream the compiler does not see that it may move to another thread.
    let reads: Vec<_> = records.into_values().map(|changes| entry(store, changes)).collect();
    let records: Vec<_> = stream::iter(reads).buffered(MAX_READ_AT_ONCE).try_collect().await?;
    let mut entries: Vec<SearchEntry> = records.into_iter().flatten().collect();
    // An alias is there before the first record of its person, and never changes.
    let begun = changes.iter().filter(|change| change.version == 1).filter_map(|change| change.person);
    let aliases: Vec<_> =
        begun.collect::<BTreeSet<_>>().into_iter().map(|person| alias(store, person)).collect();
    let aliases: Vec<_> = stream::iter(aliases).buffered(MAX_READ_AT_ONCE).try_collect().await?;
    entries.extend(aliases.into_iter().flatten());
    Ok(entries)
}

/// Returns what is searched now of a record that these changes have altered; nothing where that is as it was, of a record that is
/// about nobody, or of one that cannot be read, which must not keep all others from being found.
async fn entry(
    store: &(dyn Store + 'static),
    changes: Vec<&ChangeRecord>,
) -> Result<Option<SearchEntry>, Unavailable> {
    let Some(change) = changes.last() else { return Ok(None) };
    if !is_altered(store, &changes).await? {
        return Ok(None);
    }
    let ChangeRecord { kind, key, version, .. } = change;
    let state = match find_state(store, *kind, key).await {
        Err(error) if Broken::causes(&error) => {
            tracing::warn!(error = %Chain(&error), "a record that cannot be read is not searched");
            return Ok(None);
        }
        state => state?,
    };
    Ok(match state {
        Some(state) => state.person.map(|person| SearchEntry::of_record(*kind, key, person, &state)),
        None => change.person.map(|person| SearchEntry::ended(*kind, key, person, *version)),
    })
}

/// Returns whether changes of a record, in their order, may have altered what is searched of it. To write that costs more than
/// the changes themselves, and most of them alter nothing of it.
async fn is_altered(store: &(dyn Store + 'static), changes: &[&ChangeRecord]) -> Result<bool, Unavailable> {
    let Some(first) = changes.first() else { return Ok(false) };
    if changes.iter().any(|change| SearchEntry::is_altered_by(change)) {
        return Ok(true);
    }
    let record = RecordRef { kind: first.kind, key: &first.key };
    let before = store.record_changes(record, Page { after: Some(first.version), limit: 1 }).await?;
    let person = before.first().map(|before| before.person);
    Ok(changes.iter().any(|change| Some(change.person) != person))
}

/// Returns what is searched of what an operator calls a person.
async fn alias(store: &(dyn Store + 'static), person: PersonId) -> Result<Option<SearchEntry>, Unavailable> {
    let alias = store.alias_of(person).await?;
    Ok(alias.map(|alias| SearchEntry::of_alias(person, Some(&alias))))
}
