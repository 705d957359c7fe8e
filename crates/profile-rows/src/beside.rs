//! What a commit writes beside the row of its record, in the same step: of a client the last number in use and a person's new
//! key, and of a member that ends, that the wrong passwords go with it.

use diesel::prelude::*;
use profile_domain::{AnyRecord, PersonId, client::fields::CLIENT_ID, sealed::WrappedKey, tenant::Member};
use profile_ports::{Step, Write};

use crate::{
    schema::{client_number, password_attempts},
    statement::Statement,
    stored::root_of,
};

/// Nothing, for every write but those that number a client, bring a key or end a member.
#[derive(Default)]
pub struct Beside {
    /// Numbers that are given later lie beyond this one.
    pub number: Option<i64>,
    /// The key of a person who has none yet.
    pub key: Option<(PersonId, WrappedKey)>,
    /// The member whose wrong passwords are forgotten.
    pub ended_member: Option<EndedMember>,
}

/// A member that ends: what else is stored under its root.
pub struct EndedMember {
    /// The member's number.
    pub id: i32,
    /// The member's root.
    pub root: String,
}

impl Beside {
    /// Returns what `write` writes beside its record: a client's number if it has just got it, its person's fresh key, and the
    /// end of a member's wrong passwords.
    #[must_use]
    pub fn of(write: &Write) -> Self {
        match (&write.record, write.step) {
            (AnyRecord::Client(client), Step::Begin | Step::Change) => {
                let is_numbered = write.draft.fields.iter().any(|change| change.field == CLIENT_ID.name);
                Self {
                    number: is_numbered.then_some(client.client_id),
                    key: write.fresh_key.as_ref().map(|key| (client.person, key.clone())),
                    ..Self::default()
                }
            }
            (AnyRecord::Member(member), Step::End) => {
                let ended = EndedMember { id: member.id, root: root_of::<Member>(&member.id) };
                Self { ended_member: Some(ended), ..Self::default() }
            }
            _ => Self::default(),
        }
    }
}

/// Has later numbers of clients and addresses lie beyond `number`.
#[must_use]
pub fn raise_number(number: i64) -> impl Statement + use<> {
    diesel::update(client_number::table.filter(client_number::last.lt(number)))
        .set(client_number::last.eq(number))
}

impl EndedMember {
    /// Removes the wrong passwords of the member.
    #[must_use]
    pub fn forget_attempts(self) -> impl Statement + use<> {
        diesel::delete(password_attempts::table.find((self.root, self.id)))
    }
}
