//! What a commit of a client writes beside its row, in the same step: the last number in use, and a person's new key.

use profile_domain::{
    PersonId,
    client::{Client, fields::CLIENT_ID},
    sealed::WrappedKey,
};
use profile_ports::Commit;

/// Nothing, for every commit but those that number a client or bring a key.
#[derive(Default)]
pub(crate) struct Beside {
    /// Numbers that are given later lie beyond this one.
    pub(crate) number: Option<i64>,
    /// The key of a person who has none yet.
    pub(crate) key: Option<(PersonId, WrappedKey)>,
}

impl Beside {
    pub(crate) fn of(commit: &Commit<Client>, fresh_key: Option<&WrappedKey>) -> Self {
        let Commit { next, record, .. } = commit;
        let is_numbered = record.fields.iter().any(|change| change.field == CLIENT_ID.name);
        Self {
            number: is_numbered.then_some(next.client_id),
            key: fresh_key.map(|key| (next.person, key.clone())),
        }
    }
}
