//! `GET /operator/v1/records`: living records of a kind, of a person, or of both (operator API page, section 5).

use actix_web::HttpRequest;
use profile_domain::change::RecordKind;
use profile_usecases::operator::{FieldError, RecordName, list_records};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    cursor::List,
    endpoint::{Answered, answering, without_body},
    parameter::{CURSOR, LIMIT, kind_schema, uuid_schema},
    query::Query,
    request::RequestContext,
    response::{Record, json},
};
use crate::{State, endpoint::Endpoint, parameter::Parameter};

pub(super) fn endpoint() -> Endpoint {
    answering::<Page>(
        "list_records",
        &["/operator/v1/records"],
        "List living records of a kind, of a person, or of both",
        vec![
            Parameter::query("kind", "Records of this kind.", kind_schema),
            Parameter::query("person", "Records of this person.", uuid_schema),
            LIMIT,
            CURSOR,
        ],
        |route| without_body(route, list),
    )
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorRecords")]
struct Page<'a> {
    records: Vec<Record<'a>>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

async fn list(request: &HttpRequest, state: &State) -> Answered {
    let context = RequestContext::begin(request, state, None).await?;
    let mut query = Query::read(request, &["kind", "person", "limit", "cursor"]);
    let (kinds, person, limit) = (query.kinds("kind"), query.person("person"), query.limit());
    if query.text("kind").is_none() && query.text("person").is_none() {
        query.faults.add(FieldError::parameter("kind", "required"));
    }
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    let of = format!("records {names:?} {:?}", person.map(|person| person.0));
    let pages = List::new(state, of);
    let after = pages.place(&mut query, |place| {
        let (kind, key) = place.split_once('/')?;
        Some(RecordName { kind: RecordKind::from_name(kind)?, key: key.to_owned() })
    });
    query.check()?;
    let page = list_records(&state.ports, &kinds, person, after.as_ref(), limit).await?;
    let next = page.next.map(|last| pages.cursor(&format!("{}/{}", last.kind.name(), last.key)));
    let records = page.records.iter().map(|view| Record::new(view, context.key.role)).collect();
    Ok(json(&Page { records, next }))
}
