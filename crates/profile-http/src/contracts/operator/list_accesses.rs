//! `GET /operator/v1/accesses`: who has seen what is sensitive (operator API page, section 11).

use actix_web::HttpRequest;
use profile_domain::{
    PersonId,
    change::{RecordKind, moment},
    operator::{Access, Rule},
};
use profile_ports::AccessFilter;
use profile_usecases::operator::list_accesses;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    cursor::List,
    endpoint::{Answered, answering, without_body},
    feed_query::actors,
    parameter::{CURSOR, LIMIT},
    query::Query,
    request::RequestContext,
    response::json,
};
use crate::{
    State,
    endpoint::Endpoint,
    parameter::{Parameter, any_text},
};

pub(super) fn endpoint() -> Endpoint {
    answering::<Page>(
        "list_accesses",
        &["/operator/v1/accesses"],
        "List accesses to what is sensitive, newest first",
        vec![
            Parameter::query("actor", "Accesses by these actors; `me` is the caller.", any_text),
            LIMIT,
            CURSOR,
        ],
        |route| without_body(route, list_all),
    )
}

/// Accesses, newest first.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorAccesses")]
pub(super) struct Page {
    accesses: Vec<Item>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

/// An access.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorAccess")]
struct Item {
    at: String,
    actor: String,
    request_id: String,
    action: &'static str,
    kind: Option<&'static str>,
    key: Option<String>,
    fields: Vec<String>,
    reason: String,
    #[serde(flatten)]
    about: Option<About>,
}

/// Whom an access was about, in the list of all.
#[derive(Serialize, JsonSchema)]
struct About {
    person: Option<String>,
}

impl Item {
    fn new(access: Access, with_person: bool) -> Self {
        let person = access.person.map(|person| person.0.to_string());
        Self {
            at: moment(access.at),
            actor: access.actor,
            request_id: access.request_id,
            action: access.action.name(),
            kind: access.kind.map(RecordKind::name),
            key: access.key,
            fields: access.fields,
            reason: access.reason.into_string(),
            about: with_person.then_some(About { person }),
        }
    }
}

async fn list_all(request: &HttpRequest, state: &State) -> Answered {
    list(request, state, None).await
}

/// Answers the accesses to one person, or to all.
pub(super) async fn list(request: &HttpRequest, state: &State, person: Option<PersonId>) -> Answered {
    let context = RequestContext::begin(request, state, Some(Rule::Privacy)).await?;
    let known: &[&str] = if person.is_some() { &["limit", "cursor"] } else { &["actor", "limit", "cursor"] };
    let mut query = Query::read(request, known);
    let (limit, actors) = (query.limit(), actors(&mut query, "actor", &context.actor.name));
    let of = format!("accesses {:?} {actors:?}", person.map(|person| person.0));
    let pages = List::new(state, of);
    let before = pages.place(&mut query, |place| place.parse().ok());
    query.check()?;
    let page = profile_ports::Page { after: before, limit: limit + 1 };
    let mut accesses = list_accesses(&state.ports, &AccessFilter { person, actors }, page).await?;
    let next = pages.cut(&mut accesses, limit, |last| last.id.to_string());
    let with_person = person.is_none();
    let accesses = accesses.into_iter().map(|access| Item::new(access, with_person)).collect();
    Ok(json(&Page { accesses, next }))
}
