//! Gathers changes for the search of people, and returns what is searched of their records now.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use profile_domain::{
    PersonId,
    change::{ChangeRecord, RecordKind},
    operator::search::{Altered, SearchEntry},
};
use profile_ports::{Broken, Chain, Page, RecordRef, Store, Unavailable};
use uuid::Uuid;

use crate::verify::find_state;

/// Changes that are read at once.
const PAGE: u32 = 500;
/// Most changes that are gathered.
const MAX_CHANGES: usize = 10_000;
/// Most records whose changes are gathered, beside those of the last page.
const MAX_RECORDS: usize = 5_000;
/// Records of which it is asked in one query whose they are.
const MAX_COMPARED_AT_ONCE: usize = 500;
/// Records that are read at the same time.
const MAX_READ_AT_ONCE: usize = 16;

/// Changes in a row, by their records: what is searched of one is written once, however often it has changed.
pub(crate) struct SearchChanges {
    /// How many there are.
    pub(crate) count: usize,
    /// The position of the last one, or the one behind which there are none.
    pub(crate) last: Option<Uuid>,
    /// Whether they go to the end of the log.
    pub(crate) are_all: bool,
    records: BTreeMap<(RecordKind, String), RecordChanges>,
    /// The people of records that have begun, with the number of the first such change.
    begun: BTreeMap<PersonId, usize>,
}

/// What has to be read and stored: of a record, or what an operator calls a person whose record has begun.
pub(crate) enum AlteredEntry {
    Record { kind: RecordKind, key: String, changes: RecordChanges },
    Alias(PersonId),
}

/// What the changes of one record say.
pub(crate) struct RecordChanges {
    /// The number of the first one.
    first: usize,
    altered: Altered,
    /// The version and the person of the last one.
    version: i64,
    person: Option<PersonId>,
}

impl SearchChanges {
    /// Returns the changes behind a position, as far as they are gathered.
    pub(crate) async fn behind(
        store: &(dyn Store + 'static),
        position: Option<Uuid>,
    ) -> Result<Self, Unavailable> {
        let (records, begun) = (BTreeMap::new(), BTreeMap::new());
        let mut changes = Self { count: 0, last: position, are_all: false, records, begun };
        while !changes.are_all && changes.count < MAX_CHANGES && changes.records.len() < MAX_RECORDS {
            let page = store.changes_behind(Page { after: changes.last, limit: PAGE }).await?;
            changes.are_all = page.len() < PAGE as usize;
            for change in page {
                changes.add(change);
            }
        }
        Ok(changes)
    }

    fn add(&mut self, change: ChangeRecord) {
        self.count += 1;
        self.last = Some(change.id);
        let first = self.count;
        if change.version == 1
            && let Some(person) = change.person
        {
            self.begun.entry(person).or_insert(first);
        }
        if !SearchEntry::has_any(change.kind) {
            return;
        }
        let altered = Altered::by(&change);
        let ChangeRecord { version, person, .. } = change;
        let new = RecordChanges { first, altered, version, person };
        let record = self.records.entry((change.kind, change.key)).or_insert(new);
        let altered = if record.person == person { altered } else { Altered::All };
        *record =
            RecordChanges { first: record.first, altered: altered.max(record.altered), version, person };
    }

    /// Returns what is to be read and stored of them, in the order of the log, so that whoever finds by a record finds by those that
    /// were written before it.
    pub(crate) async fn altered(
        mut self,
        store: &(dyn Store + 'static),
    ) -> Result<Vec<AlteredEntry>, Unavailable> {
        self.mark_moved(store).await?;
        let altered = self.records.into_iter().filter(|(_, changes)| changes.altered != Altered::Nothing);
        let records = altered
            .map(|((kind, key), changes)| (changes.first, AlteredEntry::Record { kind, key, changes }));
        // An alias is there before the first record of its person, and never changes.
        let aliases = self.begun.into_iter().map(|(person, first)| (first, AlteredEntry::Alias(person)));
        let mut all: Vec<_> = records.chain(aliases).collect();
        all.sort_by_key(|(first, _)| *first);
        Ok(all.into_iter().map(|(_, entry)| entry).collect())
    }

    /// Marks records that have become somebody else's, or are not stored; their fields do not tell.
    async fn mark_moved(&mut self, store: &(dyn Store + 'static)) -> Result<(), Unavailable> {
        let quiet = self.records.iter().filter(|(_, changes)| changes.altered != Altered::All);
        let quiet: Vec<_> =
            quiet.map(|((kind, key), changes)| (RecordRef { kind: *kind, key }, changes.person)).collect();
        let mut unmoved = BTreeSet::new();
        for some in quiet.chunks(MAX_COMPARED_AT_ONCE) {
            unmoved.extend(store.find_unmoved(some).await?);
        }
        for (name, changes) in &mut self.records {
            if !unmoved.contains(name) {
                changes.altered = Altered::All;
            }
        }
        Ok(())
    }
}

/// Returns what is searched now: of records as they stand, as the values of their changes may have been erased.
pub(crate) async fn read_entries(
    store: &(dyn Store + 'static),
    altered: &[AlteredEntry],
) -> Result<Vec<SearchEntry>, Unavailable> {
    // Collected: of a lazy stream the compiler does not see that it may move to another thread.
    let reads: Vec<_> = altered.iter().map(|one| one.read(store)).collect();
    let entries: Vec<_> = stream::iter(reads).buffered(MAX_READ_AT_ONCE).try_collect().await?;
    Ok(entries.into_iter().flatten().collect())
}

impl AlteredEntry {
    async fn read(&self, store: &(dyn Store + 'static)) -> Result<Option<SearchEntry>, Unavailable> {
        match self {
            Self::Record { kind, key, changes } => read_record(store, *kind, key, changes).await,
            Self::Alias(person) => {
                let alias = store.alias_of(*person).await?;
                Ok(alias.map(|alias| SearchEntry::of_alias(*person, Some(&alias))))
            }
        }
    }
}

/// Returns what is searched now of a record; nothing of one that is about nobody, or that cannot be read, which must not keep all
/// others from being found.
async fn read_record(
    store: &(dyn Store + 'static),
    kind: RecordKind,
    key: &str,
    changes: &RecordChanges,
) -> Result<Option<SearchEntry>, Unavailable> {
    let state = match find_state(store, kind, key).await {
        Err(error) if Broken::causes(&error) => {
            tracing::warn!(error = %Chain(&error), "a record that cannot be read is not searched");
            return Ok(None);
        }
        state => state?,
    };
    let RecordChanges { altered, version, person, .. } = *changes;
    let Some(state) = state else {
        return Ok(person.map(|person| SearchEntry::ended(kind, key, person, version)));
    };
    let entry = state.person.map(|person| SearchEntry::of_record(kind, key, person, &state));
    Ok(if altered == Altered::Names { entry.map(SearchEntry::with_stored_terms) } else { entry })
}
