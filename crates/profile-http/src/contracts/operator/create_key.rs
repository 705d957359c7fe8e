//! `POST /operator/v1/keys`: makes an operator key (operator API page, section 13).

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{CACHE_CONTROL, LOCATION},
    },
    web,
};
use chrono::{DateTime, Utc};
use profile_domain::{
    network::parse_network,
    operator::{MAX_LABEL_CHARS, Role, Rule},
};
use profile_usecases::operator::{
    CreatedKey, FieldError, KeyedCall, Member, Members, NewOperatorKey, create_operator_key,
    created_operator_key,
};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Value as Json, json};

use super::{
    endpoint::{Answered, answering, created, keyed_write, with_body},
    error::OperatorError,
    key::Key,
    member::{Broken, label, member_fault, missing, object_schema, text},
    parameter::{DRY_RUN, IDEMPOTENCY_KEY},
    query::instant,
    request::JSON,
    response::marked,
    write::{WriteCall, once},
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    created::<Key>(keyed_write(
        Method::POST,
        request_schema,
        answering::<Key>(
            "create_key",
            &["/operator/v1/keys"],
            "Make an operator key; the answer alone shows it",
            vec![DRY_RUN, IDEMPOTENCY_KEY],
            |route| with_body(route, create),
        ),
    ))
}

fn request_schema(_: &mut SchemaGenerator) -> Schema {
    object_schema(
        &["name", "role"],
        json!({
            "name": { "type": "string", "minLength": 1, "maxLength": MAX_LABEL_CHARS },
            "role": { "type": "string", "enum": Role::ALL.map(Role::name) },
            "allow_cidrs": { "type": ["array", "null"], "items": { "type": "string" } },
            "expires_at": { "type": ["string", "null"], "format": "date-time" },
        }),
    )
}

async fn create(request: &HttpRequest, payload: web::Payload, state: &State) -> Answered {
    let (call, members) = WriteCall::receive(request, payload, state, Rule::Admin, &[JSON]).await?;
    let WriteCall { context, dry_run, keyed, ports } = &call;
    let made = create_operator_key(ports, &context.actor.name, read(&members)?, keyed.as_ref());
    let replayed = async |_: &KeyedCall, outcome: &Json| created_operator_key(ports, outcome).await;
    let (CreatedKey { key, secret }, is_replayed) = once(ports, keyed.as_ref(), replayed, made).await?;
    let mut response = HttpResponse::build(StatusCode::CREATED);
    response.insert_header((CACHE_CONTROL, "no-store"));
    response.insert_header((LOCATION, format!("/operator/v1/keys/{}", key.id)));
    Ok(marked(response.json(Key::from(key).with_secret(secret, *dry_run)), is_replayed))
}

fn read(members: &Members) -> Result<NewOperatorKey, OperatorError> {
    let mut new =
        NewOperatorKey { name: String::new(), role: Role::Reader, allow_cidrs: Vec::new(), expires_at: None };
    let mut faults = Vec::new();
    for (member, value) in members {
        let read = match (member.as_str(), value) {
            ("name", value) => name(value).map(|name| new.name = name),
            ("role", value) => role(value).map(|role| new.role = role),
            ("allow_cidrs" | "expires_at", Member::Other(Json::Null)) => Ok(()),
            ("allow_cidrs", Member::Other(Json::Array(items))) => {
                new.allow_cidrs = networks(items, &mut faults);
                Ok(())
            }
            ("expires_at", value) => expiry(value).map(|at| new.expires_at = Some(at)),
            ("allow_cidrs", _) => Err(("type", None)),
            _ => Err(("unknown", None)),
        };
        if let Err(broken) = read {
            faults.push(member_fault(member, broken));
        }
    }
    faults.extend(missing(members, &["name", "role"]));
    if faults.is_empty() { Ok(new) } else { Err(OperatorError::invalid(faults)) }
}

fn name(value: &Member) -> Result<String, Broken> {
    let name = label(value)?;
    if name.is_empty() { Err(("min_chars", Some(1))) } else { Ok(name.to_owned()) }
}

fn role(value: &Member) -> Result<Role, Broken> {
    Role::from_name(text(value)?).ok_or(("value", None))
}

fn expiry(value: &Member) -> Result<DateTime<Utc>, Broken> {
    instant(text(value)?).ok_or(("format", None))
}

fn networks(items: &[Json], faults: &mut Vec<FieldError>) -> Vec<ipnet::IpNet> {
    let mut networks = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let pointer = format!("/allow_cidrs/{place}");
        match item.as_str().map(parse_network) {
            Some(Ok(network)) => networks.push(network),
            Some(Err(_)) => faults.push(FieldError::at(pointer, "format")),
            None => faults.push(FieldError::at(pointer, "type")),
        }
    }
    networks
}
