//! What a privileged call leaves among the accesses (operator API page, section 11).

use profile_domain::{
    PersonId, Text,
    operator::{Access, Action},
};

use crate::Ports;

/// Returns the access of a call about a person, or about everybody, that names no record.
pub(super) fn access(
    ports: &Ports,
    actor: &str,
    person: Option<PersonId>,
    action: Action,
    request_id: &str,
    reason: Text,
) -> Access {
    Access {
        id: ports.ids.request(),
        at: ports.clock.now(),
        person,
        actor: actor.to_owned(),
        request_id: request_id.to_owned(),
        action,
        kind: None,
        key: None,
        fields: Vec::new(),
        reason,
    }
}
