//! A privacy officer holds records of a person (operator API page, section 11).

use chrono::{DateTime, SubsecRound as _, Utc};
use profile_domain::{
    PersonId, Text,
    change::{RecordKind, moment},
    operator::{Access, Action, Hold},
};
use profile_ports::{Commit, CommitError, PersonStep};
use serde_json::{Value as Json, json};

use super::{Actor, FieldError, KeyedCall, OperatorRefusal, get_person::is_known, replay::check_first};
use crate::{Ports, write::WriteError};

/// A hold as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHold {
    /// The kinds, each once.
    pub kinds: Vec<RecordKind>,
    /// Why.
    pub reason: Text,
    /// When it is over, if it is ever.
    pub until: Option<DateTime<Utc>>,
}

/// Places a hold in place of the one before, and notes the access in the same step.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn place_hold(
    ports: &Ports,
    actor: &Actor,
    person: PersonId,
    new: NewHold,
    request_id: &str,
    keyed: Option<&KeyedCall>,
) -> Result<Hold, OperatorRefusal> {
    let now = ports.clock.now();
    if new.until.is_some_and(|until| until <= now) {
        return Err(OperatorRefusal::Invalid(vec![FieldError::at("/until", "value")]));
    }
    let mut tries = ports.tries_of(RecordKind::User, person.0.to_string()).await;
    while tries.more().await {
        check_first(ports, keyed).await?;
        if !is_known(ports, person).await? {
            return Err(OperatorRefusal::NotFound);
        }
        let base = ports.store.find_hold(person).await?.version;
        let at = ports.clock.now().trunc_subsecs(6);
        let NewHold { kinds, reason, until } = new.clone();
        let hold = Hold { kinds, reason: reason.clone(), until, at, by: actor.name.clone() };
        let access = access(ports, &actor.name, person, Action::Hold, request_id, reason);
        let steps = vec![
            PersonStep::Decide { person, base },
            PersonStep::Hold(person, Some(Box::new(hold.clone()))),
            PersonStep::Access(Box::new(access)),
        ];
        let reply = keyed.map(|keyed| keyed.keep(200, &outcome(&hold), at));
        match ports.store.commit(Commit { writes: Vec::new(), reply, steps }).await {
            Ok(_) => return Ok(hold),
            Err(CommitError::Stale) => {}
            Err(refused) => return Err(WriteError::from(refused).into()),
        }
    }
    Err(OperatorRefusal::Contended)
}

/// Returns the hold of an earlier call with the same idempotency key; `outcome` is what was kept of it.
///
/// # Errors
/// [`OperatorRefusal::Unavailable`] if that is damaged.
pub fn placed_hold(outcome: &Json) -> Result<Hold, OperatorRefusal> {
    let read = || {
        let text = |member: &str| outcome.get(member).and_then(Json::as_str);
        let instant = |member: &str| text(member).and_then(|text| text.parse().ok());
        let names = outcome.get("kinds")?.as_array()?.iter();
        Some(Hold {
            kinds: names.filter_map(|name| RecordKind::from_name(name.as_str()?)).collect(),
            reason: Text::try_from(text("reason")?).ok()?,
            until: instant("until"),
            at: instant("at")?,
            by: text("by")?.to_owned(),
        })
    };
    Ok(read().ok_or_else(|| profile_ports::Unavailable::database("a kept reply is damaged"))?)
}

/// Returns what is kept of a call that has led to a hold.
pub(super) fn outcome(hold: &Hold) -> Json {
    let Hold { kinds, reason, until, at, by } = hold;
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    json!({ "kinds": kinds, "reason": reason.as_str(), "until": until.map(moment), "at": moment(*at), "by": by })
}

/// Returns what a call about a person leaves among the accesses.
pub(super) fn access(
    ports: &Ports,
    actor: &str,
    person: PersonId,
    action: Action,
    request_id: &str,
    reason: Text,
) -> Access {
    Access {
        id: ports.ids.request(),
        at: ports.clock.now(),
        person: Some(person),
        actor: actor.to_owned(),
        request_id: request_id.to_owned(),
        action,
        kind: None,
        key: None,
        fields: Vec::new(),
        reason,
    }
}
