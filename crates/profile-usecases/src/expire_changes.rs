//! Removes the values of changes that have become too old (docs/privacy.md).
//!
//! What is left of such a change is what an erasure leaves of one, so the log still verifies; the records themselves stay as they
//! are. Held records keep their log. Values go first and media behind them: bytes that a dying server leaves are no record's, and
//! are collected with other such files.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId,
    chain::expire,
    change::{ChangeRecord, RecordKind},
    position::last_id,
};
use profile_ports::{Commit, CommitError, LogRange, PersonStep, Unavailable};
use uuid::Uuid;

use crate::{
    Ports,
    operator::{HeldRecords, held_records, is_named, told_files},
};

/// Changes that lose their values in one commit: few enough that nobody waits for long where one thread writes all.
const BATCH: u32 = 200;
/// How often a batch is tried that somebody else stands in the way of, before it is left for the next time.
const TRIES: u32 = 5;

/// What has come of the changes of a kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expired {
    /// Changes that have lost their values, or would.
    pub changes: u64,
    /// Media that were deleted, because nothing else names them.
    pub media: u64,
    /// Changes that are due and that a hold keeps.
    pub held: u64,
}

/// A walk through the changes of one kind that are due.
pub struct ExpiryWalk<'a> {
    ports: &'a Ports,
    kind: RecordKind,
    until: Uuid,
    position: Option<Uuid>,
    /// Up to where nothing is left to do next time.
    clear: Option<Uuid>,
    has_left: bool,
    is_dry: bool,
    expired: Expired,
}

/// Which changes of a page lose their values, and what the commit must find as it was read.
#[derive(Default)]
struct Due {
    changes: Vec<ChangeRecord>,
    bases: BTreeMap<PersonId, i64>,
    held: u64,
}

impl<'a> ExpiryWalk<'a> {
    /// Returns a walk that begins behind `position` and ends with the last change at or before `until`. A dry one only counts.
    #[must_use]
    pub fn new(
        ports: &'a Ports,
        kind: RecordKind,
        position: Option<Uuid>,
        until: DateTime<Utc>,
        is_dry: bool,
    ) -> Self {
        let (clear, until) = (position, last_id(until));
        Self { ports, kind, until, position, clear, has_left: false, is_dry, expired: Expired::default() }
    }

    /// Returns what has come of it so far.
    #[must_use]
    pub const fn expired(&self) -> Expired {
        self.expired
    }

    /// Returns the position behind which the next walk may begin: before the first change that was left.
    #[must_use]
    pub const fn clear(&self) -> Option<Uuid> {
        self.clear
    }

    /// Goes on by one batch; returns whether there may be more.
    ///
    /// # Errors
    /// [`Unavailable`]; the same step may go well later.
    pub async fn step(&mut self) -> Result<bool, Unavailable> {
        if self.position >= Some(self.until) {
            return Ok(false);
        }
        let Self { ports, kind, until, position, .. } = *self;
        let range = LogRange { after: position, until, limit: BATCH };
        let (page, end) = ports.store.changes_with_values(kind, range).await?;
        let due = self.take(&page).await?;
        self.has_left |= due.as_ref().is_none_or(|due| due.held > 0);
        if let Some(Due { changes, held, .. }) = due {
            self.expired.held += held;
            self.expired.changes += changes.len() as u64;
            self.expired.media += self.delete_media(&changes).await?;
        }
        self.position = Some(end);
        if !self.has_left {
            self.clear = self.position;
        }
        Ok(end < until)
    }

    /// Removes the values of those changes of a page that are due; none, if somebody was in the way each time.
    async fn take(&self, page: &[ChangeRecord]) -> Result<Option<Due>, Unavailable> {
        for _ in 0..TRIES {
            let due = self.due(page).await?;
            if self.is_dry || due.changes.is_empty() {
                return Ok(Some(due));
            }
            // In the order of their ids, as everybody who decides about several.
            let decide =
                |(person, base): (&PersonId, &i64)| PersonStep::Decide { person: *person, base: *base };
            let mut steps: Vec<PersonStep> = due.bases.iter().map(decide).collect();
            steps.push(PersonStep::Redact(due.changes.iter().cloned().map(expire).collect()));
            match self.ports.store.commit(Commit { writes: Vec::new(), reply: None, steps }).await {
                Ok(_) => return Ok(Some(due)),
                Err(CommitError::Stale) => {}
                Err(CommitError::Unavailable(error)) => return Err(error),
                Err(other) => return Err(Unavailable::database(other)),
            }
        }
        Ok(None)
    }

    /// Leaves out what a hold keeps. A record belongs to the person of its last change, as for an erasure.
    async fn due(&self, page: &[ChangeRecord]) -> Result<Due, Unavailable> {
        let mut due = Due::default();
        if !self.kind.has_person() {
            due.changes.extend_from_slice(page);
            return Ok(due);
        }
        let mut persons: BTreeMap<&str, Option<PersonId>> = BTreeMap::new();
        let mut holds: BTreeMap<PersonId, HeldRecords> = BTreeMap::new();
        for change in page {
            if !persons.contains_key(change.key.as_str()) {
                let last = self.ports.store.last_change(self.kind, &change.key).await?;
                persons.insert(&change.key, last.and_then(|last| last.person));
            }
            let person = persons.get(change.key.as_str()).copied().flatten();
            let held = match person.map(|person| (person, holds.entry(person))) {
                Some((_, Entry::Occupied(known))) => Some(&*known.into_mut()),
                Some((person, Entry::Vacant(unknown))) => {
                    Some(&*unknown.insert(held_records(self.ports, person).await?))
                }
                None => None,
            };
            if held.is_some_and(|held| held.has(self.kind, &change.key)) {
                due.held += 1;
                continue;
            }
            due.bases.extend(person.zip(held.map(|held| held.version)));
            due.changes.push(change.clone());
        }
        Ok(due)
    }

    /// Deletes the bytes that only these changes have named; returns how many there were.
    async fn delete_media(&self, changes: &[ChangeRecord]) -> Result<u64, Unavailable> {
        let told: BTreeSet<String> = changes.iter().flat_map(told_files).collect();
        let mut deleted = 0;
        for file in told {
            if self.ports.media.size(&file).await?.is_none() || is_named(self.ports, &file).await? {
                continue;
            }
            if !self.is_dry {
                self.ports.media.delete(&file).await?;
            }
            deleted += 1;
        }
        Ok(deleted)
    }
}
