//! `/console/persons/{person}`: all records of somebody at a glance, with holds and the last changes.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use profile_domain::{
    catalogue::catalogue,
    change::Value,
    operator::{Role, Rule},
};
use profile_ports::Unavailable;
use profile_usecases::{
    Ports,
    operator::{RecordName, RecordView, get_person, list_person_changes, list_records},
};

use crate::{
    Console,
    error::PageError,
    names::{KeyNames, Who},
    shell::{Shell, page},
    shown::{Shown, When, visible},
    visitor::{Visitor, person_in_path},
};

use super::{
    history::ShownChange,
    picture::{picture_field, picture_of},
    record::{label, title},
};

/// Records that are shown in full; a person rarely has more.
const RECORDS: u32 = 100;
/// Changes that are shown.
const CHANGES: u32 = 10;
/// Fields that are shown of each record.
const FIELDS: usize = 6;

/// A record at a glance.
struct Glance {
    kind: &'static str,
    key: String,
    label: String,
    title: Option<Shown>,
    has_picture: bool,
    fields: Vec<(&'static str, Shown)>,
    masked: usize,
    version: i64,
    updated: When,
    who: Who,
    is_held: bool,
}

/// A hold as it is shown.
struct ShownHold {
    kinds: String,
    until: Option<When>,
    reason: Option<String>,
    who: Who,
    at: When,
}

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage {
    shell: Shell,
    person: String,
    name: Option<Shown>,
    alias: Option<String>,
    records: Vec<Glance>,
    has_more: bool,
    hold: Option<ShownHold>,
    erased_at: Option<When>,
    changes: Vec<ShownChange>,
    role: &'static str,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/persons/{person}").route(web::get().to(show)));
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &console).await?;
    let (ports, role) = (&console.ports, visitor.role());
    let person = person_in_path(&request)?;
    let found = get_person(ports, person).await?;
    let records = list_records(ports, &[], Some(person), None, RECORDS).await?;
    let changes = list_person_changes(ports, person, None, CHANGES).await?;
    let actors = records.records.iter().map(|record| record.cause.actor.as_str());
    let actors = actors.chain(changes.iter().map(|change| change.cause.actor.as_str()));
    let actors = actors.chain(found.hold.iter().map(|hold| hold.by.as_str()));
    let names = KeyNames::of(ports, actors).await?;
    let is_read = Rule::ReadPersonal.allows(role);
    let mut pictures = Vec::new();
    for view in &records.records {
        pictures.push(has_picture(ports, role, view).await?);
    }
    let is_held = |view: &RecordView| found.hold.as_ref().is_some_and(|hold| hold.names(view.kind));
    let shown = PersonPage {
        shell: Shell::new(&visitor, "/console"),
        person: person.0.to_string(),
        name: records.records.iter().find_map(|view| title(view, role)),
        alias: found.alias.as_ref().filter(|_| is_read).map(|alias| visible(alias.as_str())),
        records: records
            .records
            .iter()
            .zip(pictures)
            .map(|(view, has_picture)| Glance { has_picture, ..glance(view, role, &names, is_held(view)) })
            .collect(),
        has_more: records.next.is_some(),
        hold: found.hold.as_ref().map(|hold| ShownHold {
            kinds: hold.kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", "),
            until: hold.until.map(When::new),
            reason: is_read.then(|| visible(hold.reason.as_str())),
            who: names.who(&hold.by, None),
            at: When::new(hold.at),
        }),
        erased_at: found.erased_at.map(When::new),
        changes: changes.iter().map(|change| ShownChange::new(change, role, &names)).collect(),
        role: role.name(),
    };
    Ok(page(&shown))
}

/// Returns whether a record has a picture that `role` sees.
async fn has_picture(ports: &Ports, role: Role, view: &RecordView) -> Result<bool, Unavailable> {
    let value = picture_field(role, view.kind).and_then(|field| view.values.get(field));
    if value.is_none_or(|value| *value == Value::Null) {
        return Ok(false);
    }
    let name = RecordName { kind: view.kind, key: view.key.clone() };
    Ok(picture_of(ports, role, &name).await?.is_some())
}

fn glance(view: &RecordView, role: Role, names: &KeyNames, is_held: bool) -> Glance {
    let shown = catalogue(view.kind).iter().filter(|entry| !entry.is_input);
    let shown =
        shown.map(|entry| (entry.name.as_str(), Shown::of(role, entry, view.values.get(&entry.name))));
    let (masked, read): (Vec<_>, Vec<_>) = shown.partition(|(_, value)| value.is_masked());
    Glance {
        kind: view.kind.name(),
        key: view.key.clone(),
        label: label(view.kind),
        title: title(view, role),
        has_picture: false,
        fields: read.into_iter().filter(|(_, value)| value.text().is_some()).take(FIELDS).collect(),
        masked: masked.len(),
        version: view.version,
        updated: When::new(view.updated_at),
        who: names.of_cause(&view.cause),
        is_held,
    }
}
