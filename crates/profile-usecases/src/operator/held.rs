//! What a hold keeps from being ended (operator API page, section 11).

use std::collections::BTreeSet;

use profile_domain::{
    PersonId,
    change::RecordKind,
    operator::{Access, Hold},
};
use profile_ports::{Commit, CommitError, HoldState, KeyedResponse, PersonStep, Unavailable};

use super::{OperatorRefusal, RecordName, erasure_plan::held_names};
use crate::{Ports, write::WriteError};

/// Returns the version of a person's hold, and the hold if it is in force.
///
/// # Errors
/// [`OperatorRefusal::Unavailable`].
pub(super) async fn hold_in_force(
    ports: &Ports,
    person: PersonId,
) -> Result<(i64, Option<Hold>), OperatorRefusal> {
    let state = ports.store.find_hold(person).await?;
    let now = ports.clock.now();
    Ok((state.version, state.hold.filter(|hold| hold.is_in_force(now))))
}

/// What a hold in force keeps of a person.
pub(crate) struct HeldRecords {
    /// The version of the person's hold.
    pub(crate) version: i64,
    hold: Option<Hold>,
    names: BTreeSet<(RecordKind, String)>,
}

impl HeldRecords {
    /// Returns whether a record is kept, living or ended.
    pub(crate) fn has(&self, kind: RecordKind, key: &str) -> bool {
        self.hold.as_ref().is_some_and(|hold| hold.names(kind))
            || self.names.iter().any(|(of, name)| *of == kind && name == key)
    }
}

/// Returns what a hold in force keeps of a person: records of its kinds, and living ones that these need or show.
///
/// # Errors
/// [`Unavailable`].
pub(crate) async fn held_records(ports: &Ports, person: PersonId) -> Result<HeldRecords, Unavailable> {
    let HoldState { version, hold } = ports.store.find_hold(person).await?;
    let now = ports.clock.now();
    let hold = hold.filter(|hold| hold.is_in_force(now));
    let names = match &hold {
        Some(hold) => held_names(ports, person, hold).await?,
        None => BTreeSet::new(),
    };
    Ok(HeldRecords { version, hold, names })
}

/// Stores a hold in place of the one before, or none, with its access and the reply; returns whether nobody else has decided
/// meanwhile. If somebody has, nothing is stored.
///
/// # Errors
/// [`OperatorRefusal`].
pub(super) async fn store_hold(
    ports: &Ports,
    person: PersonId,
    base: i64,
    hold: Option<Hold>,
    access: Access,
    reply: Option<KeyedResponse>,
) -> Result<bool, OperatorRefusal> {
    let steps = vec![
        PersonStep::Decide { person, base },
        PersonStep::Hold(person, hold.map(Box::new)),
        PersonStep::Access(Box::new(access)),
    ];
    match ports.store.commit(Commit { writes: Vec::new(), reply, steps }).await {
        Ok(_) => Ok(true),
        Err(CommitError::Stale) => Ok(false),
        Err(refused) => Err(WriteError::from(refused).into()),
    }
}

/// Returns what the commit that ends a record of `person` must carry: it holds only while nobody decides about the person's
/// hold; nothing, if the record is nobody's.
///
/// # Errors
/// [`OperatorRefusal::Held`].
pub(super) async fn decide_end(
    ports: &Ports,
    name: &RecordName,
    person: Option<PersonId>,
) -> Result<Option<PersonStep>, OperatorRefusal> {
    let Some(person) = person else { return Ok(None) };
    let (base, hold) = hold_in_force(ports, person).await?;
    if let Some(hold) = hold
        && is_held(ports, name, &hold).await?
    {
        return Err(OperatorRefusal::Held);
    }
    Ok(Some(PersonStep::Decide { person, base }))
}

async fn is_held(ports: &Ports, name: &RecordName, hold: &Hold) -> Result<bool, OperatorRefusal> {
    let through = name.kind.held_through().filter(|kind| hold.names(*kind));
    Ok(hold.names(name.kind)
        || through.is_some()
            && (!ports.store.keys_below(name.kind, &name.key).await?.is_empty()
                || ports.store.is_referenced(name.kind, &name.key).await?))
}
