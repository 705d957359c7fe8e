//! `PUT /operator/v1/persons/{person}/hold`: keeps records of a person from being ended or erased (operator API page,
//! section 11).

use actix_web::{HttpRequest, http::Method, web};
use chrono::{DateTime, Utc};
use profile_domain::{change::RecordKind, operator::Rule};
use profile_usecases::{
    Ports,
    operator::{
        FieldError, KeyedCall, Member, Members, NewHold, OperatorRefusal, Outcome, find_replay, place_hold,
        placed_hold,
    },
};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Value as Json, json};

use super::{
    endpoint::{Answered, answering, keyed_write, with_body},
    error::OperatorError,
    hold::{Hold, decided},
    list_person_changes::person_in_path,
    member::{member_fault, missing, object_schema},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY, PERSON},
    query::instant,
    reason::{read_reason, reason_schema},
    request::JSON,
    write::{WriteCall, once},
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    keyed_write(
        Method::PUT,
        request_schema,
        answering::<Hold>(
            "place_hold",
            &["/operator/v1/persons/{person}/hold"],
            "Keep records of a person from being ended or erased",
            vec![PERSON, DRY_RUN, IDEMPOTENCY_KEY],
            |route| with_body(route, place),
        ),
    )
}

/// The kinds that can be held.
fn kinds() -> impl Iterator<Item = RecordKind> {
    RecordKind::ALL.into_iter().filter(|kind| kind.has_person())
}

fn request_schema(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<&str> = kinds().map(RecordKind::name).collect();
    object_schema(
        &["kinds", "reason"],
        json!({
            "kinds": { "type": "array", "minItems": 1, "items": { "type": "string", "enum": names } },
            "reason": reason_schema(),
            "until": { "type": ["string", "null"], "format": "date-time" },
        }),
    )
}

async fn place(request: &HttpRequest, payload: web::Payload, state: &State) -> Answered {
    let person = person_in_path(request)?;
    let (call, members) = WriteCall::receive(request, payload, state, Rule::Privacy, &[JSON]).await?;
    let WriteCall { context, dry_run, keyed, ports } = call;
    let new = match read(&members, ports.clock.now()) {
        Ok(new) => new,
        Err(faults) if faults == [past()] => return placed_before(&ports, keyed.as_ref()).await,
        Err(faults) => return Err(OperatorError::invalid(faults)),
    };
    let (actor, request_id) = (&context.actor, &context.origin.request_id);
    let placed = place_hold(&ports, actor, person, new, request_id, keyed.as_ref());
    let replayed = async |_: &KeyedCall, outcome: &Json| placed_hold(outcome);
    let (hold, is_replayed) = once(&ports, keyed.as_ref(), replayed, placed).await?;
    Ok(decided(hold, dry_run, is_replayed))
}

/// The fault of a hold that would be over already.
fn past() -> FieldError {
    FieldError::at("/until", "value")
}

/// Answers a repeated call whose hold has come to be over since it was placed; anything else with such an end is refused.
async fn placed_before(ports: &Ports, keyed: Option<&KeyedCall>) -> Answered {
    let kept = match keyed {
        Some(keyed) => find_replay(ports, keyed).await,
        None => Ok(None),
    };
    match kept {
        Ok(Some(Outcome::Other(outcome))) => Ok(decided(placed_hold(&outcome)?, false, true)),
        Err(unavailable @ OperatorRefusal::Unavailable(_)) => Err(unavailable.into()),
        Ok(_) | Err(_) => Err(OperatorError::invalid(vec![past()])),
    }
}

fn read(members: &Members, now: DateTime<Utc>) -> Result<NewHold, Vec<FieldError>> {
    let (mut held, mut reason, mut until, mut faults) = (Vec::new(), None, None, Vec::new());
    for (name, value) in members {
        match (name.as_str(), value) {
            ("kinds", value) => held = read_kinds(value, &mut faults),
            ("reason", value) => match read_reason(value, "/reason") {
                Ok(text) => reason = Some(text),
                Err(fault) => faults.push(fault),
            },
            ("until", Member::Other(Json::Null)) => {}
            ("until", Member::Other(Json::String(text))) => match instant(text) {
                Some(at) if at <= now => faults.push(past()),
                Some(at) => until = Some(at),
                None => faults.push(FieldError::at("/until", "format")),
            },
            ("until", _) => faults.push(FieldError::at("/until", "type")),
            (name, _) => faults.push(member_fault(name, ("unknown", None))),
        }
    }
    faults.extend(missing(members, &["kinds", "reason"]));
    match reason {
        Some(reason) if faults.is_empty() => Ok(NewHold { kinds: held, reason, until }),
        _ => Err(faults),
    }
}

/// Each kind once, in the order of the body.
fn read_kinds(value: &Member, faults: &mut Vec<FieldError>) -> Vec<RecordKind> {
    let items = match value {
        Member::Other(Json::Array(items)) => items,
        Member::Other(Json::Null) => {
            faults.push(FieldError::at("/kinds", "required"));
            return Vec::new();
        }
        _ => {
            faults.push(FieldError::at("/kinds", "type"));
            return Vec::new();
        }
    };
    if items.is_empty() {
        faults.push(FieldError::at("/kinds", "value"));
    }
    let mut held = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let named = item.as_str().map(|name| kinds().find(|kind| kind.name() == name));
        match named {
            Some(Some(kind)) if !held.contains(&kind) => held.push(kind),
            Some(Some(_)) => {}
            Some(None) => faults.push(FieldError::at(format!("/kinds/{place}"), "value")),
            None => faults.push(FieldError::at(format!("/kinds/{place}"), "type")),
        }
    }
    held
}
