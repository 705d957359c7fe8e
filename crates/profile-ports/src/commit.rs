//! The one shape of every write: all of it becomes durable in one step, or nothing.

use profile_domain::{
    AnyRecord, Claim, Draft, Head, Keyed, PersonId, Reference, Saved,
    change::{Cause, ChangeRecord, Salt},
    sealed::WrappedKey,
};

use crate::{KeyedResponse, PersonStep};

/// Writes that become durable together or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit {
    /// At most one for each record; each starts from the version before its own.
    pub writes: Vec<Write>,
    /// The reply of the request that asks for the writes, kept under its idempotency key in the same step.
    pub reply: Option<KeyedResponse>,
    /// What is done about a person in the same step, in this order.
    pub steps: Vec<PersonStep>,
}

/// What one write does with its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Makes the record, which is not there. One that has ended begins anew unless an erasure has taken its last change.
    Begin,
    /// Replaces the state of the record.
    Change,
    /// Removes the record, which no living one may name when all of the commit is written; its key stays its person's.
    End,
}

/// One step of one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// What is done.
    pub step: Step,
    /// The state to be stored, or the last one of a record that ends.
    pub record: AnyRecord,
    /// What the log remembers. The store adds the position, the time and the digest.
    pub draft: Draft,
    /// The change before, whose digest the new one follows as given: a store compares the version alone. `None` for version 1;
    /// that of an ended record, where it begins anew.
    pub head: Option<Head>,
    /// What the record claims from now on, and did not before.
    pub takes: Vec<Claim>,
    /// What the record claimed, and does not any more.
    pub frees: Vec<Claim>,
    /// The records that must be there, where they were not needed before.
    pub needs: Vec<Reference>,
    /// The person whose record it is from now on, and was not before; a store lists the records of people by it.
    pub joins: Option<PersonId>,
    /// A new key of the record's person, to be stored in the same step; only clients have sealed values.
    pub fresh_key: Option<WrappedKey>,
    /// Whether the change is stored without its values, because its person is erased in the same commit.
    pub is_erased: bool,
}

impl Write {
    /// Returns the write that makes `next`: version 1, or where a record of its key has ended with the change `ended`, the
    /// version after that.
    pub fn begin<T: Keyed>(mut next: T, ended: Option<&ChangeRecord>, cause: Cause, salt: Salt) -> Self {
        next.set_version(ended.map_or(0, |ended| ended.version) + 1);
        Self {
            step: Step::Begin,
            draft: Draft::of(None, &next, cause, salt),
            head: ended.map(|ended| Head { at: ended.at, chain: ended.digest }),
            takes: next.claims(),
            frees: Vec::new(),
            needs: next.references(),
            joins: next.person(),
            fresh_key: None,
            is_erased: false,
            record: next.into(),
        }
    }

    /// Returns the write that replaces `before` by `next`.
    pub fn change<T: Keyed>(before: &Saved<T>, mut next: T, cause: Cause, salt: Salt) -> Self {
        next.set_version(before.version() + 1);
        let (claimed, claims) = (before.claims(), next.claims());
        let (needed, needs) = (before.references(), next.references());
        Self {
            step: Step::Change,
            draft: Draft::of(Some(&before.record), &next, cause, salt),
            head: Some(before.head),
            takes: only(&claims, &claimed),
            frees: only(&claimed, &claims),
            needs: only(&needs, &needed),
            joins: next.person().filter(|person| before.person() != Some(*person)),
            fresh_key: None,
            is_erased: false,
            record: next.into(),
        }
    }

    /// Returns the write that ends the record that stands at `last`.
    pub fn end<T: Keyed>(last: &Saved<T>, cause: Cause, salt: Salt) -> Self {
        Self {
            step: Step::End,
            draft: Draft::ending(&last.record, cause, salt),
            head: Some(last.head),
            takes: Vec::new(),
            frees: last.claims(),
            needs: Vec::new(),
            joins: None,
            fresh_key: None,
            is_erased: false,
            record: last.record.clone().into(),
        }
    }

    /// Adds a new key of the record's person, with which values of the state are sealed.
    #[must_use]
    pub fn with_key(self, fresh_key: Option<WrappedKey>) -> Self {
        Self { fresh_key, ..self }
    }

    /// Adds records that must be there.
    pub fn need(&mut self, needs: Vec<Reference>) {
        for needed in needs {
            if !self.needs.contains(&needed) {
                self.needs.push(needed);
            }
        }
    }

    /// Has the change stored without its values.
    #[must_use]
    pub fn erased(self) -> Self {
        Self { is_erased: true, ..self }
    }

    /// Returns the version that the write starts from: 0 for a record that has never been.
    #[must_use]
    pub const fn base(&self) -> i64 {
        self.draft.version - 1
    }
}

impl From<Write> for Commit {
    fn from(write: Write) -> Self {
        Self { writes: vec![write], reply: None, steps: Vec::new() }
    }
}

/// What is in `some` and not in `others`.
fn only<T: Clone + PartialEq>(some: &[T], others: &[T]) -> Vec<T> {
    some.iter().filter(|one| !others.contains(one)).cloned().collect()
}
