//! What everything that is stored and versioned has in common.

use crate::{
    PersonId,
    change::{FieldChange, RecordKind},
};

/// A record: it has a key within its kind, belongs to a person, counts its versions, and knows what changed.
pub trait Record: Sized {
    /// The kind of record.
    const KIND: RecordKind;

    /// Returns the key within the kind.
    fn key(&self) -> String;

    /// Returns the root: the aggregate that the record belongs to. All records of one root are stored together.
    fn root(&self) -> String {
        Self::KIND.root_of(&self.key()).to_owned()
    }

    /// Returns whom it is about; nobody, for a file that an operator imported.
    fn person(&self) -> Option<PersonId>;

    /// Returns the version of this state; counts from 1, and is 0 before the first one.
    fn version(&self) -> i64;

    /// Returns what differs from an earlier version, in catalogue order; everything when there is none.
    fn changes_since(&self, earlier: Option<&Self>) -> Vec<FieldChange>;
}
