//! What a commit of a client writes beside its row, in the same step: the last number in use, and a person's new key.

use profile_domain::{AnyRecord, PersonId, client::fields::CLIENT_ID, sealed::WrappedKey};
use profile_ports::{Step, Write};

/// Nothing, for every write but those that number a client or bring a key.
#[derive(Default)]
pub struct Beside {
    /// Numbers that are given later lie beyond this one.
    pub number: Option<i64>,
    /// The key of a person who has none yet.
    pub key: Option<(PersonId, WrappedKey)>,
}

impl Beside {
    /// Returns what `write` writes beside its record: a client's number if it has just got it, and its person's fresh key.
    #[must_use]
    pub fn of(write: &Write) -> Self {
        let AnyRecord::Client(client) = &write.record else { return Self::default() };
        let is_numbered =
            write.step != Step::End && write.draft.fields.iter().any(|change| change.field == CLIENT_ID.name);
        Self {
            number: is_numbered.then_some(client.client_id),
            key: write.fresh_key.as_ref().map(|key| (client.person, key.clone())),
        }
    }

    /// Whether it is nothing.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.number.is_none() && self.key.is_none()
    }
}
