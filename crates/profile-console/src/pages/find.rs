//! `/console`: finds people by one text, and says which record and field matched.

use actix_web::{HttpRequest, web};
use askama::Template;
use profile_domain::{
    PersonId,
    operator::{Role, Rule},
};
use profile_ports::SearchMatch;
use profile_usecases::{
    Ports,
    operator::{OperatorRefusal, RecordName, SearchPlace, get_record, search_persons},
};
use uuid::Uuid;

use crate::{
    Console,
    error::{Answered, PageError},
    form::Form,
    shell::{Shell, page},
    shown::Shown,
    visitor::Visitor,
};

use super::{record::title, sign_in::url_encoded};

/// People on a page.
const LIMIT: u32 = 20;
/// Most characters of a search (operator API page, section 8).
const MAX_CHARS: usize = 200;

/// What the places of a list begin with in addresses.
const IDENTIFIED: &str = "identified";
const NAMED: &str = "named";

/// A reason why somebody was found.
struct Match {
    record: Option<(&'static str, String)>,
    field: String,
    exact: bool,
}

/// Somebody who was found.
struct Found {
    person: String,
    title: Option<Shown>,
    matches: Vec<Match>,
}

#[derive(Template)]
#[template(path = "find.html", blocks = ["results"])]
struct FindPage {
    shell: Shell,
    q: String,
    fault: Option<&'static str>,
    found: Option<Vec<Found>>,
    /// Where the list goes on.
    more: Option<String>,
    is_reader: bool,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource(["", "/"]).route(web::get().to(find)));
}

async fn find(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::of(&request, &console).await?;
    let query = Form::query(&request)?;
    let q = query.word("q").unwrap_or_default();
    let after = query.word("after").map(|place| place_of(&place).ok_or(PageError::Form)).transpose()?;
    let is_reader = !Rule::ReadPersonal.allows(visitor.role());
    let shell = Shell::new(&visitor, "/console");
    let mut shown = FindPage { shell, q, fault: None, found: None, more: None, is_reader };
    if shown.q.chars().count() > MAX_CHARS {
        shown.fault = Some("A search has at most 200 characters.");
    } else if !shown.q.is_empty() {
        let (ports, role) = (&console.ports, visitor.role());
        let page = search_persons(ports, role, &shown.q, Vec::new(), after, LIMIT).await?;
        shown.more = page.next.map(|place| more(&shown.q, place));
        let mut found = Vec::new();
        for one in page.persons {
            let title = title_of(ports, role, &one.matches).await?;
            let matches = one.matches.into_iter().map(Match::from).collect();
            found.push(Found { person: one.person.0.to_string(), title, matches });
        }
        shown.found = Some(found);
    }
    let is_part = request.headers().contains_key("hx-request");
    Ok(if is_part { page(&shown.as_results()) } else { page(&shown) })
}

/// Returns the address of the people behind a place.
fn more(q: &str, place: SearchPlace) -> String {
    let (form, person) = match place {
        SearchPlace::Identified(person) => (IDENTIFIED, person),
        SearchPlace::Named(person) => (NAMED, person),
    };
    format!("/console?q={}&after={form}.{}", url_encoded(q), person.0)
}

/// Reads a place that an address names.
fn place_of(text: &str) -> Option<SearchPlace> {
    let (form, person) = text.split_once('.')?;
    let person = PersonId(Uuid::parse_str(person).ok()?);
    match form {
        IDENTIFIED => Some(SearchPlace::Identified(person)),
        NAMED => Some(SearchPlace::Named(person)),
        _ => None,
    }
}

impl From<SearchMatch> for Match {
    fn from(found: SearchMatch) -> Self {
        let record = found.kind.map(|kind| (kind.name(), found.key));
        Self { record, field: found.field.unwrap_or_else(|| "key".to_owned()), exact: found.exact }
    }
}

/// Returns what the first record that matched is called.
async fn title_of(ports: &Ports, role: Role, matches: &[SearchMatch]) -> Result<Option<Shown>, PageError> {
    let first = matches.iter().find_map(|one| Some(RecordName { kind: one.kind?, key: one.key.clone() }));
    let Some(name) = first else { return Ok(None) };
    match get_record(ports, &name).await {
        Ok(view) => Ok(title(&view, role)),
        // The search is behind the record by a moment.
        Err(OperatorRefusal::NotFound | OperatorRefusal::Ended) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_an_address_is_read_as_it_was_written() {
        let person = PersonId(Uuid::nil());
        for place in [SearchPlace::Identified(person), SearchPlace::Named(person)] {
            let address = more("a&b", place);
            let (q, after) = address.split_once("&after=").unwrap();
            assert_eq!((q, place_of(after)), ("/console?q=a%26b", Some(place)));
        }
        assert_eq!(place_of("named.nobody"), None);
        assert_eq!(place_of("first.00000000-0000-0000-0000-000000000000"), None);
    }
}
