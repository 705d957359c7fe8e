//! `POST /operator/v1/persons/search`: who is found by a text that should not stand in the log of a proxy (operator API page,
//! section 8).

use actix_web::{HttpRequest, http::Method, web};
use profile_domain::{change::RecordKind, operator::search::PersonQuery};
use profile_usecases::operator::{FieldError, Member, Members, SearchPlace};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Value as Json, json};

use super::{
    endpoint::{Answered, reads_and, with_body},
    error::{MALFORMED, OperatorError, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE},
    member::{member_fault, object_schema},
    query::{DEFAULT_LIMIT, MAX_LIMIT, Query},
    request::{JSON, JsonBody, RequestContext},
    search_persons::{self, Asked, check_text, found, list, place},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "search_persons_by_body",
        method: Method::POST,
        paths: &["/operator/v1/persons/search"],
        summary: "Find people, as the other search does, by a text that no proxy writes down",
        parameters: Vec::new(),
        request: Body::Json(request_schema),
        failures: reads_and(&[&[MALFORMED, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE]]),
        handler: |route| with_body(route, search),
        ..search_persons::endpoint()
    }
}

fn request_schema(_: &mut SchemaGenerator) -> Schema {
    object_schema(
        &["q"],
        json!({
            "q": { "type": "string", "minLength": 1, "maxLength": PersonQuery::MAX_CHARS },
            "kind": { "type": ["string", "null"] },
            "limit": { "type": ["integer", "null"], "minimum": 1, "maximum": MAX_LIMIT },
            "cursor": { "type": ["string", "null"] },
        }),
    )
}

async fn search(request: &HttpRequest, payload: web::Payload, state: &State) -> Answered {
    let context = RequestContext::begin(request, state, None).await?;
    let body = JsonBody::receive(request, payload, &[JSON]).await?;
    Query::read(request, &[]).check()?;
    let (asked, after) = read(state, &body.members()?)?;
    found(state, context.key.role, asked, after).await
}

fn read(state: &State, members: &Members) -> Result<(Asked, Option<SearchPlace>), OperatorError> {
    let mut asked = Asked { limit: DEFAULT_LIMIT, ..Asked::default() };
    let (mut faults, mut cursor) = (Vec::new(), None);
    for (name, value) in members {
        let Member::Other(value) = value else {
            let rule = if is_member(name) { "type" } else { "unknown" };
            faults.push(member_fault(name, (rule, None)));
            continue;
        };
        let outcome = match (name.as_str(), value) {
            ("q", Json::String(text)) => check_text(text).map(|text| asked.text = text),
            ("q", Json::Null) => Err(("required", None)),
            ("kind" | "limit" | "cursor", Json::Null) => Ok(()),
            ("kind", Json::String(text)) => {
                kinds(text).map(|kinds| asked.kinds = kinds).ok_or(("value", None))
            }
            ("limit", Json::Number(number)) => {
                match number.as_u64().and_then(|limit| limit.try_into().ok()) {
                    Some(limit @ 1..=MAX_LIMIT) => {
                        asked.limit = limit;
                        Ok(())
                    }
                    _ => Err(("value", None)),
                }
            }
            ("cursor", Json::String(text)) => {
                cursor = Some((faults.len(), text.as_str()));
                Ok(())
            }
            (name, _) if is_member(name) => Err(("type", None)),
            _ => Err(("unknown", None)),
        };
        if let Err(broken) = outcome {
            faults.push(member_fault(name, broken));
        }
    }
    // Which list it is of is known only now.
    let after = cursor.map(|(at, text)| (at, list(state, &asked).read(text, place)));
    if let Some((at, None)) = after {
        faults.insert(at, FieldError::at("/cursor", "value"));
    }
    if !members.iter().any(|(name, _)| name == "q") {
        faults.push(FieldError::at("/q", "required"));
    }
    if faults.is_empty() {
        Ok((asked, after.and_then(|(_, after)| after)))
    } else {
        Err(OperatorError::invalid(faults))
    }
}

fn is_member(name: &str) -> bool {
    ["q", "kind", "limit", "cursor"].contains(&name)
}

fn kinds(text: &str) -> Option<Vec<RecordKind>> {
    text.split(',').map(RecordKind::from_name).collect()
}
