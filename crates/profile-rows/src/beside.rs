//! What a commit of a client writes beside its row, in the same step: the last number in use, and a person's new key.

use profile_domain::{
    PersonId,
    client::{Client, fields::CLIENT_ID},
    sealed::WrappedKey,
};
use profile_ports::Commit;

/// Nothing, for every commit but those that number a client or bring a key.
#[derive(Default)]
pub struct Beside {
    /// Numbers that are given later lie beyond this one.
    pub number: Option<i64>,
    /// The key of a person who has none yet.
    pub key: Option<(PersonId, WrappedKey)>,
}

impl Beside {
    /// Returns what `commit` writes beside its client: its number if it has just got it, and its person's fresh key.
    pub(crate) fn of(commit: &Commit<Client>) -> Self {
        let Commit { next, record, fresh_key } = commit;
        let is_numbered = record.fields.iter().any(|change| change.field == CLIENT_ID.name);
        Self {
            number: is_numbered.then_some(next.client_id),
            key: fresh_key.as_ref().map(|key| (next.person, key.clone())),
        }
    }

    /// Whether it is nothing.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.number.is_none() && self.key.is_none()
    }
}
