//! A privacy officer releases the hold of a person (operator API page, section 11).

use profile_domain::{
    PersonId, Text,
    change::RecordKind,
    operator::{Action, Hold},
};
use profile_ports::{Commit, CommitError, PersonStep};

use super::{
    Actor, KeyedCall, OperatorRefusal,
    held::hold_in_force,
    place_hold::{access, outcome},
    replay::check_first,
};
use crate::{Ports, write::WriteError};

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
    let mut tries = ports.tries_of(RecordKind::User, person.0.to_string()).await;
    while tries.more().await {
        check_first(ports, keyed).await?;
        let (base, hold) = hold_in_force(ports, person).await?;
        let hold = hold.ok_or(OperatorRefusal::NotFound)?;
        let access = access(ports, &actor.name, person, Action::Release, request_id, reason.clone());
        let steps = vec![
            PersonStep::Decide { person, base },
            PersonStep::Hold(person, None),
            PersonStep::Access(Box::new(access)),
        ];
        let reply = keyed.map(|keyed| keyed.keep(200, &outcome(&hold), ports.clock.now()));
        match ports.store.commit(Commit { writes: Vec::new(), reply, steps }).await {
            Ok(_) => return Ok(hold),
            Err(CommitError::Stale) => {}
            Err(refused) => return Err(WriteError::from(refused).into()),
        }
    }
    Err(OperatorRefusal::Contended)
}
