//! `GET /operator/v1/persons`: who is found by a text (operator API page, section 8).

use actix_web::HttpRequest;
use profile_domain::{
    change::RecordKind,
    operator::{Role, search::PersonQuery},
};
use profile_usecases::operator::{FieldError, FoundPerson, FoundPersons, SearchPlace, search_persons};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::{
    cursor::List,
    endpoint::{Answered, answering, without_body},
    parameter::{CURSOR, LIMIT, kind_schema},
    query::{Query, person},
    request::RequestContext,
    response::json,
};
use crate::{State, endpoint::Endpoint, parameter::Parameter};

pub(super) fn endpoint() -> Endpoint {
    answering::<Page>(
        "search_persons",
        &["/operator/v1/persons"],
        "Find people by what identifies them, or by parts of their names",
        vec![
            Parameter::query("q", "What people are found by.", text_schema).required(),
            Parameter::query(
                "kind",
                "Only by records of these kinds, with commas between them.",
                kind_schema,
            ),
            LIMIT,
            CURSOR,
        ],
        |route| without_body(route, search_by_query),
    )
}

pub(super) fn text_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "minLength": 1, "maxLength": PersonQuery::MAX_CHARS })
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FoundPersons")]
pub(super) struct Page {
    persons: Vec<Found>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

/// A person who is found.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FoundPerson")]
pub(super) struct Found {
    person: String,
    /// Why; at most five.
    matches: Vec<Match>,
}

/// A value that matches.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SearchMatch")]
struct Match {
    /// The kind of the record; null for `alias` and `person`.
    kind: Option<&'static str>,
    key: Option<String>,
    /// The field; null for the key.
    field: Option<String>,
    /// Whether the whole value matches.
    exact: bool,
}

impl From<FoundPerson> for Found {
    fn from(FoundPerson { person, matches }: FoundPerson) -> Self {
        let matches = matches.into_iter().map(|one| Match {
            kind: one.kind.map(RecordKind::name),
            key: one.kind.map(|_| one.key),
            field: one.field,
            exact: one.exact,
        });
        Self { person: person.0.to_string(), matches: matches.collect() }
    }
}

/// What a caller searches.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) text: String,
    pub(super) kinds: Vec<RecordKind>,
    pub(super) limit: u32,
}

async fn search_by_query(request: &HttpRequest, state: &State) -> Answered {
    let context = RequestContext::begin(request, state, None).await?;
    let mut query = Query::read(request, &["q", "kind", "limit", "cursor"]);
    let mut asked = Asked::default();
    match query.text("q").map(check_text) {
        Some(Ok(text)) => asked.text = text,
        Some(Err((rule, limit))) => {
            query.faults.add(FieldError { limit, ..FieldError::parameter("q", rule) });
        }
        None => query.faults.add(FieldError::parameter("q", "required")),
    }
    asked.kinds = query.kinds("kind");
    asked.limit = query.limit();
    let list = list(state, &asked);
    let after = list.place(&mut query, place);
    query.check()?;
    found(state, context.key.role, asked, after).await
}

/// Checks how long a text is; the broken rule with its limit.
pub(super) fn check_text(text: &str) -> Result<String, (&'static str, Option<usize>)> {
    match text.chars().count() {
        0 => Err(("min_chars", Some(1))),
        1..=PersonQuery::MAX_CHARS => Ok(text.to_owned()),
        _ => Err(("max_chars", Some(PersonQuery::MAX_CHARS))),
    }
}

/// Returns the list of those whom a text finds, whatever the size of a page.
pub(super) fn list<'a>(state: &'a State, asked: &Asked) -> List<'a> {
    let kinds: Vec<&str> = asked.kinds.iter().map(|kind| kind.name()).collect();
    List::new(state, format!("persons {kinds:?} {}", asked.text))
}

/// Reads where a list goes on.
pub(super) fn place(text: &str) -> Option<SearchPlace> {
    let (form, id) = text.split_once('/')?;
    match form {
        "identified" => person(id).map(SearchPlace::Identified),
        "named" => person(id).map(SearchPlace::Named),
        _ => None,
    }
}

/// Answers who is found.
pub(super) async fn found(state: &State, role: Role, asked: Asked, after: Option<SearchPlace>) -> Answered {
    let list = list(state, &asked);
    let FoundPersons { persons, next } =
        search_persons(&state.ports, role, &asked.text, asked.kinds, after, asked.limit).await?;
    let next = next.map(|place| match place {
        SearchPlace::Identified(person) => list.cursor(&format!("identified/{}", person.0)),
        SearchPlace::Named(person) => list.cursor(&format!("named/{}", person.0)),
    });
    let persons = persons.into_iter().map(Found::from).collect();
    Ok(json(&Page { persons, next }))
}
