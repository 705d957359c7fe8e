//! `GET /operator/v1/records`: living records of a kind, of a person, or of both (operator API page, section 5).

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use profile_domain::change::RecordKind;
use profile_usecases::operator::{FieldError, RecordName, list_records};
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;

use super::{
    cursor::List,
    error::{OperatorError, READS},
    parameter::{CURSOR, LIMIT, kind_schema, uuid_schema},
    query::Query,
    request::RequestContext,
    response::{Record, answer, json},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    parameter::Parameter,
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![
            Parameter::query("kind", "Records of this kind.", kind_schema),
            Parameter::query("person", "Records of this person.", uuid_schema),
            LIMIT,
            CURSOR,
        ],
        ..Endpoint::read(
            "list_records",
            &["/operator/v1/records"],
            "List living records of a kind, of a person, or of both",
            Body::Json(SchemaGenerator::subschema_for::<Page>),
            READS.to_vec(),
            |route| route.to(get),
        )
    }
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorRecords")]
struct Page<'a> {
    records: Vec<Record<'a>>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    answer(&request, list(&request, &state)).await
}

async fn list(request: &HttpRequest, state: &State) -> Result<HttpResponse, OperatorError> {
    let context = RequestContext::begin(request, state, None).await?;
    let mut query = Query::read(request, &["kind", "person", "limit", "cursor"]);
    let (kinds, person, limit) = (query.kinds("kind"), query.person("person"), query.limit());
    if query.text("kind").is_none() && query.text("person").is_none() {
        query.faults.add(FieldError::parameter("kind", "required"));
    }
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    let of = format!("records {names:?} {:?}", person.map(|person| person.0));
    let pages = List { hash: &*state.ports.keyed_hash, of };
    let after = pages.place(&mut query, |place| {
        let (kind, key) = place.split_once('/')?;
        Some(RecordName { kind: RecordKind::from_name(kind)?, key: key.to_owned() })
    });
    query.check()?;
    let page = list_records(&state.ports, &kinds, person, after.as_ref(), limit).await?;
    let next = page.next.map(|last| pages.cursor(&format!("{}/{}", last.kind.name(), last.key)));
    let records = page.records.iter().map(|view| Record::new(view, context.key.role)).collect();
    Ok(json(StatusCode::OK, &Page { records, next }))
}
