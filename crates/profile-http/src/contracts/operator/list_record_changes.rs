//! `GET /operator/v1/records/{kind}/{key}/changes`: what happened to a record (operator API page, section 7).

use actix_web::HttpRequest;
use profile_domain::change::ChangeRecord;
use profile_usecases::operator::list_record_changes;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    cursor::List,
    endpoint::{Answered, answering, without_body},
    parameter::{CURSOR, INCLUDE, KEY, KIND, LIMIT},
    query::{Query, whole},
    request::{RequestContext, record_name},
    response::{Change, json},
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    answering::<Changes>(
        "list_record_changes",
        &["/operator/v1/records/{kind}/{key}/changes"],
        "List the changes of a record, newest first, also of one that has ended",
        vec![KIND, KEY, LIMIT, CURSOR, INCLUDE],
        |route| without_body(route, list),
    )
}

/// A page of the log.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorChanges")]
pub(super) struct Changes {
    changes: Vec<Change>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

impl Changes {
    /// The changes as a role sees them.
    pub(super) fn new(
        changes: &[ChangeRecord],
        context: &RequestContext,
        with_chain: bool,
        next: Option<String>,
    ) -> Self {
        let role = context.key.role;
        Self { changes: changes.iter().map(|change| Change::new(change, role, with_chain)).collect(), next }
    }
}

/// Whether the query asks for the chain.
pub(super) fn with_chain(query: &mut Query) -> bool {
    query.parse("include", "value", |value| (value == "chain").then_some(())).is_some()
}

async fn list(request: &HttpRequest, state: &State) -> Answered {
    let name = record_name(request)?;
    let context = RequestContext::begin(request, state, None).await?;
    let mut query = Query::read(request, &["limit", "cursor", "include"]);
    let (limit, with_chain) = (query.limit(), with_chain(&mut query));
    let of = format!("changes {} {}", name.kind.name(), name.key);
    let pages = List::new(state, of);
    let before = pages.place(&mut query, whole);
    query.check()?;
    let mut changes = list_record_changes(&state.ports, &name, before, limit + 1).await?;
    let next = pages.cut(&mut changes, limit, |last| last.version.to_string());
    Ok(json(&Changes::new(&changes, &context, with_chain, next)))
}
