//! A privacy officer holds records of a person (operator API page, section 11).

use chrono::{DateTime, SubsecRound as _, Utc};
use profile_domain::{
    PersonId, Text,
    change::{RecordKind, moment},
    operator::{Action, Hold},
};
use profile_ports::{KeyedResponse, ResponseSubject};
use serde_json::{Value as Json, json};

use super::{
    Actor, FieldError, KeyedCall, OperatorRefusal,
    access::access,
    get_person::is_known,
    held::store_hold,
    replay::{check_first, damaged},
};
use crate::Ports;

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
    let mut tries = ports.tries_of("person", person.0.to_string()).await;
    while tries.more().await {
        check_first(ports, keyed).await?;
        if !is_known(ports, person).await? {
            return Err(OperatorRefusal::NotFound);
        }
        let base = ports.store.find_hold(person).await?.version;
        let at = ports.clock.now().trunc_subsecs(6);
        let NewHold { kinds, reason, until } = new.clone();
        let hold = Hold { kinds, reason: reason.clone(), until, at, by: actor.name.clone() };
        let access = access(ports, &actor.name, Some(person), Action::Hold, request_id, reason);
        let reply = keyed.map(|keyed| kept(keyed, person, &hold, at));
        if store_hold(ports, person, base, Some(hold.clone()), access, reply).await? {
            return Ok(hold);
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
    Ok(read().ok_or_else(damaged)?)
}

/// Returns what is kept of a call that has led to a hold. It has the reason, so it goes with the person's erasure.
pub(super) fn kept(keyed: &KeyedCall, person: PersonId, hold: &Hold, at: DateTime<Utc>) -> KeyedResponse {
    KeyedResponse { about: Some(ResponseSubject::Person(person)), ..keyed.keep(200, &outcome(hold), at) }
}

fn outcome(hold: &Hold) -> Json {
    let Hold { kinds, reason, until, at, by } = hold;
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    json!({ "kinds": kinds, "reason": reason.as_str(), "until": until.map(moment), "at": moment(*at), "by": by })
}
