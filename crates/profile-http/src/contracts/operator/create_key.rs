//! `POST /operator/v1/keys`: makes an operator key (operator API page, section 13).

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, StatusCode, header::CACHE_CONTROL},
    web,
};
use chrono::{DateTime, SubsecRound as _, Utc};
use profile_domain::{
    network::parse_network,
    operator::{Role, Rule},
};
use profile_usecases::operator::{
    CreatedKey, FieldError, Member, Members, NewOperatorKey, OperatorRefusal, create_operator_key,
    created_operator_key,
};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::Value as Json;

use super::{
    error::{
        IDEMPOTENCY_REUSED, MALFORMED, OUTCOME_UNKNOWN, OperatorError, READS, TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
    },
    key::Key,
    parameter::{DRY_RUN, IDEMPOTENCY_KEY},
    query::Query,
    reason::escaped,
    request::{JSON, JsonBody, RequestContext, ports_of},
    response::{REPLAYED, answer},
    write::{keyed, replay_other},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

const MAX_NAME_CHARS: usize = 100;

pub(super) fn endpoint() -> Endpoint {
    let failures = [MALFORMED, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, IDEMPOTENCY_REUSED, OUTCOME_UNKNOWN];
    Endpoint {
        id: "create_key",
        method: Method::POST,
        paths: &["/operator/v1/keys"],
        summary: "Make an operator key; the answer alone shows it",
        protected: true,
        parameters: vec![DRY_RUN, IDEMPOTENCY_KEY],
        request: Body::Json(request_schema),
        success: Body::Created(SchemaGenerator::subschema_for::<Key>),
        bodiless: &[],
        failures: READS.into_iter().chain(failures).collect(),
        handler: |route| route.to(post),
    }
}

fn request_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "required": ["name", "role"],
        "additionalProperties": false,
        "properties": {
            "name": { "type": "string", "minLength": 1, "maxLength": MAX_NAME_CHARS },
            "role": { "type": "string", "enum": Role::ALL.map(Role::name) },
            "allow_cidrs": { "type": ["array", "null"], "items": { "type": "string" } },
            "expires_at": { "type": ["string", "null"], "format": "date-time" },
        },
    })
}

async fn post(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    answer(&request, create(&request, payload, &state)).await
}

async fn create(
    request: &HttpRequest,
    payload: web::Payload,
    state: &State,
) -> Result<HttpResponse, OperatorError> {
    let context = RequestContext::begin(request, state, Some(Rule::Admin)).await?;
    let body = JsonBody::receive(request, payload, &[JSON]).await?;
    let mut query = Query::read(request, &["dry_run"]);
    let dry_run = query.flag("dry_run");
    let keyed = keyed(request, state, &mut query, &context, body.bytes(), dry_run);
    query.check()?;
    let new = read(&body.members()?)?;
    let ports = ports_of(state, dry_run);
    let mut replayed = replay_other(&ports, keyed.as_ref()).await?;
    let mut created = None;
    if replayed.is_none() {
        match create_operator_key(&ports, &context.actor.name, new, keyed.as_ref()).await {
            Err(OperatorRefusal::Repeated) => replayed = replay_other(&ports, keyed.as_ref()).await?,
            made => created = Some(made?),
        }
    }
    let CreatedKey { key, secret } = match (created, &replayed) {
        (Some(created), _) => created,
        (None, Some(outcome)) => created_operator_key(&ports, outcome).await?,
        (None, None) => return Err(OperatorRefusal::Repeated.into()),
    };
    let mut response = HttpResponse::build(StatusCode::CREATED);
    response.insert_header((CACHE_CONTROL, "no-store"));
    response.insert_header(("Location", format!("/operator/v1/keys/{}", key.id)));
    if replayed.is_some() {
        response.insert_header((REPLAYED, "true"));
    }
    Ok(response.json(Key::from(key).with_secret(secret, dry_run)))
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
        if let Err((rule, limit)) = read {
            faults.push(FieldError { limit, ..FieldError::at(format!("/{}", escaped(member)), rule) });
        }
    }
    for required in ["name", "role"] {
        if !members.iter().any(|(member, _)| member == required) {
            faults.push(FieldError::at(format!("/{required}"), "required"));
        }
    }
    if faults.is_empty() { Ok(new) } else { Err(OperatorError::invalid(faults)) }
}

/// A broken rule with its limit.
type Broken = (&'static str, Option<usize>);

fn text(value: &Member) -> Result<&str, Broken> {
    match value {
        Member::Other(Json::String(text)) => Ok(text),
        Member::Other(Json::Null) => Err(("required", None)),
        _ => Err(("type", None)),
    }
}

fn name(value: &Member) -> Result<String, Broken> {
    let name = text(value)?.trim();
    match name.chars().count() {
        0 => Err(("min_chars", Some(1))),
        1..=MAX_NAME_CHARS if name.chars().any(char::is_control) => Err(("format", None)),
        1..=MAX_NAME_CHARS => Ok(name.to_owned()),
        _ => Err(("max_chars", Some(MAX_NAME_CHARS))),
    }
}

fn role(value: &Member) -> Result<Role, Broken> {
    Role::from_name(text(value)?).ok_or(("value", None))
}

fn expiry(value: &Member) -> Result<DateTime<Utc>, Broken> {
    let at = DateTime::parse_from_rfc3339(text(value)?).map_err(|_| ("format", None))?;
    Ok(at.with_timezone(&Utc).trunc_subsecs(6))
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
