//! `GET /operator/v1/persons/{person}`: a person and their living records (operator API page, section 8).

use actix_web::HttpRequest;
use profile_domain::{change::moment, operator::Rule};
use profile_ports::LogEntry;
use profile_usecases::operator::{PersonView, get_person};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    endpoint::{Answered, answering, without_body},
    hold::Hold,
    list_person_changes::person_in_path,
    parameter::PERSON,
    request::RequestContext,
    response::json,
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    answering::<Shown>(
        "get_person",
        &["/operator/v1/persons/{person}"],
        "Show a person and their living records",
        vec![PERSON],
        |route| without_body(route, show),
    )
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperatorPerson")]
struct Shown {
    person: String,
    /// What an operator calls the person.
    alias: Option<String>,
    /// At most 1,000.
    records: Vec<Listed>,
    /// What must be neither ended nor erased at present.
    hold: Option<Hold>,
    /// When the person was erased.
    erased_at: Option<String>,
    withheld: Vec<&'static str>,
}

/// A record of the person.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ListedRecord")]
struct Listed {
    kind: &'static str,
    key: String,
    version: i64,
    created_at: String,
    updated_at: String,
}

impl From<LogEntry> for Listed {
    fn from(entry: LogEntry) -> Self {
        Self {
            kind: entry.kind.name(),
            key: entry.key,
            version: entry.version,
            created_at: moment(entry.begun),
            updated_at: moment(entry.at),
        }
    }
}

async fn show(request: &HttpRequest, state: &State) -> Answered {
    let person = person_in_path(request)?;
    let context = RequestContext::begin_plain(request, state, None).await?;
    let PersonView { person, alias, records, hold, erased_at } = get_person(&state.ports, person).await?;
    let is_read = Rule::ReadPersonal.allows(context.key.role);
    let body = Shown {
        person: person.0.to_string(),
        alias: alias.filter(|_| is_read).map(|alias| alias.as_str().to_owned()),
        records: records.into_iter().map(Listed::from).collect(),
        hold: hold.filter(|_| is_read).map(Hold::from),
        erased_at: erased_at.map(moment),
        withheld: if is_read { Vec::new() } else { vec!["alias", "hold"] },
    };
    Ok(json(&body))
}
