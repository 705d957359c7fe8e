//! A privacy officer releases the hold of a person (operator API page, section 11).

use profile_domain::{
    PersonId, Text,
    operator::{Action, Hold},
};

use super::{
    Actor, KeyedCall, OperatorRefusal,
    access::access,
    held::{hold_in_force, store_hold},
    place_hold::kept,
    replay::check_first,
};
use crate::Ports;

/// Releases the hold that is in force, and notes the access in the same step; returns the hold as it was.
///
/// # Errors
/// [`OperatorRefusal::NotFound`] if none is in force.
pub async fn release_hold(
    ports: &Ports,
    actor: &Actor,
    person: PersonId,
    reason: &Text,
    request_id: &str,
    keyed: Option<&KeyedCall>,
) -> Result<Hold, OperatorRefusal> {
    let mut tries = ports.tries_of("person", person.0.to_string()).await;
    while tries.more().await {
        check_first(ports, keyed).await?;
        let (base, hold) = hold_in_force(ports, person).await?;
        let hold = hold.ok_or(OperatorRefusal::NotFound)?;
        let access = access(ports, &actor.name, Some(person), Action::Release, request_id, reason.clone());
        let reply = keyed.map(|keyed| kept(keyed, person, &hold, ports.clock.now()));
        if store_hold(ports, person, base, None, access, reply).await? {
            return Ok(hold);
        }
    }
    Err(OperatorRefusal::Contended)
}
