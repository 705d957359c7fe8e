//! `/console/persons/{person}/privacy`: export, hold, erasure with its receipt, and who has seen what of a person.

use actix_web::{HttpRequest, HttpResponse, http::header::LOCATION, web};
use askama::Template;
use profile_domain::{
    PersonId,
    change::RecordKind,
    operator::{Access, Hold, Rule},
};
use profile_ports::{AccessFilter, Page};
use profile_usecases::operator::{OperatorRefusal, get_erasure, get_person, list_accesses};
use uuid::Uuid;

use crate::{
    Console,
    error::{Answered, PageError},
    form::Form,
    names::{KeyNames, Who},
    receipt::Receipt,
    shell::{Shell, page},
    shown::{When, visible},
    visitor::{Visitor, person_in_path},
};

/// Accesses on a page.
const LIMIT: u32 = 50;

/// The hold that is in force.
struct ShownHold {
    kinds: String,
    until: Option<When>,
    reason: String,
    who: Who,
    at: When,
}

/// An access as it is shown.
struct ShownAccess {
    at: When,
    who: Who,
    action: &'static str,
    record: Option<(&'static str, String)>,
    fields: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "privacy.html")]
struct PrivacyPage {
    shell: Shell,
    person: String,
    faults: Vec<String>,
    done: Option<&'static str>,
    hold: Option<ShownHold>,
    kinds: Vec<(&'static str, bool)>,
    /// The last receipt, and who erased.
    receipt: Option<(Receipt, Who)>,
    accesses: Vec<ShownAccess>,
    next: Option<Uuid>,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/persons/{person}/privacy").route(web::get().to(show)));
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Privacy).await?;
    let query = Form::query(&request)?;
    let done = match query.get("done").as_deref() {
        Some("held") => Some("The hold is placed."),
        Some("released") => Some("The hold is released."),
        Some("erased") => Some("The person is erased. The receipt is below."),
        _ => None,
    };
    let before = query.word("before").map(|id| id.parse().map_err(|_| PageError::Form)).transpose()?;
    privacy_page(&console, &visitor, person_in_path(&request)?, Vec::new(), done, before).await
}

/// Receives a form that was sent from the page, and returns who sent it and about whom.
pub(super) async fn receive(
    request: &HttpRequest,
    payload: web::Payload,
    console: &Console,
) -> Result<(Visitor, PersonId, Form), PageError> {
    let visitor = Visitor::admitted(request, console, Rule::Privacy).await?;
    let person = person_in_path(request)?;
    Ok((visitor, person, Form::receive(payload).await?))
}

/// Returns the page, with what is wrong in a form that was sent from it.
pub(super) async fn privacy_page(
    console: &Console,
    visitor: &Visitor,
    person: PersonId,
    faults: Vec<String>,
    done: Option<&'static str>,
    before: Option<Uuid>,
) -> Answered {
    let ports = &console.ports;
    let found = get_person(ports, person).await?;
    let of = AccessFilter { person: Some(person), ..AccessFilter::default() };
    let accesses = list_accesses(ports, &of, Page { after: before, limit: LIMIT }).await?;
    let receipt = match get_erasure(ports, person).await {
        Ok(receipt) => Receipt::read(&receipt),
        Err(OperatorRefusal::NotFound) => None,
        Err(other) => return Err(other.into()),
    };
    let actors = accesses.iter().map(|access| access.actor.as_str());
    let actors = actors.chain(found.hold.iter().map(|hold| hold.by.as_str()));
    let actors = actors.chain(receipt.iter().map(|receipt| receipt.by.as_str()));
    let names = KeyNames::of(ports, actors).await?;
    let is_held = |kind: RecordKind| found.hold.as_ref().is_some_and(|hold| hold.names(kind));
    let kinds = RecordKind::ALL.into_iter().filter(|kind| kind.has_person());
    let shown = PrivacyPage {
        shell: Shell::new(visitor, ""),
        person: person.0.to_string(),
        faults,
        done,
        kinds: kinds.map(|kind| (kind.name(), is_held(kind))).collect(),
        hold: found.hold.as_ref().map(|hold| shown_hold(hold, &names)),
        receipt: receipt.map(|receipt| {
            let by = names.who(&receipt.by, None);
            (receipt, by)
        }),
        next: accesses.last().map(|last| last.id).filter(|_| accesses.len() == LIMIT as usize),
        accesses: accesses.into_iter().map(|access| shown_access(access, &names)).collect(),
    };
    Ok(page(&shown))
}

fn shown_hold(hold: &Hold, names: &KeyNames) -> ShownHold {
    ShownHold {
        kinds: hold.kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", "),
        until: hold.until.map(When::new),
        reason: visible(hold.reason.as_str()),
        who: names.who(&hold.by, None),
        at: When::new(hold.at),
    }
}

fn shown_access(access: Access, names: &KeyNames) -> ShownAccess {
    ShownAccess {
        at: When::new(access.at),
        who: names.who(&access.actor, None),
        action: access.action.name(),
        record: access.kind.map(RecordKind::name).zip(access.key),
        fields: access.fields.join(", "),
        reason: visible(access.reason.as_str()),
    }
}

/// Leads back to the page after something was done.
pub(super) fn back(person: PersonId, done: &str) -> HttpResponse {
    let place = format!("/console/persons/{}/privacy?done={done}", person.0);
    HttpResponse::SeeOther().insert_header((LOCATION, place)).finish()
}
