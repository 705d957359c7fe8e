//! `/console/persons/{person}`: all records of somebody at a glance, with holds and the last changes.

use actix_web::{HttpRequest, web};
use askama::Template;
use profile_domain::{
    PersonId,
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
    error::{Answered, PageError},
    form::Form,
    names::{KeyNames, Who},
    shell::{Shell, page},
    shown::{Shown, When, visible},
    visitor::{Visitor, named_record, person_in_path},
};

use super::{
    history::ShownChange,
    picture::{picture_field, picture_of},
    record::{label, title},
    sign_in::url_encoded,
};

/// Records on a page; a person rarely has more.
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
    /// Why fields are not shown, each with the names of the fields.
    masked: Vec<(&'static str, String)>,
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
    /// Where the list of records goes on.
    more: Option<String>,
    hold: Option<ShownHold>,
    erased_at: Option<When>,
    changes: Vec<ShownChange>,
    role: &'static str,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/persons/{person}").route(web::get().to(show)));
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::of(&request, &console).await?;
    let (ports, role) = (&console.ports, visitor.role());
    let person = person_in_path(&request)?;
    let after = Form::query(&request)?.word("after").map(|place| place_of(&place)).transpose()?;
    let found = get_person(ports, person).await?;
    let records = list_records(ports, &[], Some(person), after.as_ref(), RECORDS).await?;
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
        more: records.next.as_ref().map(|last| more(person, last)),
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
    let (masked, read): (Vec<_>, Vec<_>) = shown.partition(|(_, value)| value.masked().is_some());
    Glance {
        kind: view.kind.name(),
        key: view.key.clone(),
        label: label(view.kind),
        title: title(view, role),
        has_picture: false,
        fields: read.into_iter().filter(|(_, value)| value.text().is_some()).take(FIELDS).collect(),
        masked: by_reason(&masked),
        version: view.version,
        updated: When::new(view.updated_at),
        who: names.of_cause(&view.cause),
        is_held,
    }
}

/// Returns the reasons why fields are not shown, each with the names of its fields, in the order of the fields.
fn by_reason(masked: &[(&str, Shown)]) -> Vec<(&'static str, String)> {
    let mut reasons: Vec<(&'static str, String)> = Vec::new();
    for (name, why) in masked.iter().filter_map(|(name, value)| Some((*name, value.masked()?))) {
        match reasons.iter_mut().find(|(of, _)| *of == why) {
            Some((_, names)) => {
                names.push_str(", ");
                names.push_str(name);
            }
            None => reasons.push((why, name.to_owned())),
        }
    }
    reasons
}

/// Returns the address of the records behind one.
fn more(person: PersonId, last: &RecordName) -> String {
    let place = url_encoded(&format!("{}/{}", last.kind.name(), last.key));
    format!("/console/persons/{}?after={place}", person.0)
}

/// Reads a record that an address names.
fn place_of(place: &str) -> Result<RecordName, PageError> {
    let (kind, key) = place.split_once('/').ok_or(PageError::Form)?;
    named_record(kind, key).ok_or(PageError::Form)
}

#[cfg(test)]
mod tests {
    use profile_domain::change::RecordKind;

    use super::*;

    #[test]
    fn fields_that_are_not_shown_are_named_by_reason() {
        let masked = [("a", "never shown"), ("b", "sensitive: masked"), ("c", "never shown")];
        let masked = masked.map(|(name, why)| (name, Shown::hidden(why)));
        let expected = [("never shown", "a, c".to_owned()), ("sensitive: masked", "b".to_owned())];
        assert_eq!(by_reason(&masked), expected);
    }

    #[test]
    fn a_record_in_an_address_is_read_as_it_was_written() {
        let person = PersonId(uuid::Uuid::nil());
        for (kind, key) in [(RecordKind::Account, "70021"), (RecordKind::Membership, "5:7")] {
            let address = more(person, &RecordName { kind, key: key.to_owned() });
            let (_, place) = address.split_once("?after=").unwrap();
            let read = place_of(&place.replace("%3A", ":")).unwrap();
            assert_eq!((read.kind, read.key.as_str()), (kind, key));
        }
        for wrong in ["account", "account/070021", "nothing/1"] {
            assert!(matches!(place_of(wrong), Err(PageError::Form)), "{wrong}");
        }
    }
}
