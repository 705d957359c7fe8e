//! `/console/records/{kind}/{key}`: the fields of a record by group, each with who set it last, today or on an earlier day.

use actix_web::{HttpRequest, HttpResponse, http::header::LOCATION, web};
use askama::Template;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use profile_domain::{
    catalogue::find,
    change::RecordKind,
    operator::{Role, Rule, policy::check_kind},
};
use profile_usecases::operator::{
    Moment, OperatorRefusal, RecordName, RecordView, get_record, get_state, provenance,
};

use crate::{
    Console,
    error::{Answered, PageError},
    fields::{Group, ReadField, read_fields},
    form::Form,
    names::{KeyNames, Who},
    shell::{Shell, page},
    shown::{Shown, When},
    visitor::{Visitor, record_name},
};

/// The fields that a record is called by; of two that stand together both are shown.
const TITLES: [&[&str]; 8] = [
    &["profile.first_name", "profile.last_name"],
    &["given_name", "family_name"],
    &["full_name"],
    &["username"],
    &["name"],
    &["title"],
    &["filename"],
    &["email"],
];

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage {
    shell: Shell,
    kind: &'static str,
    label: String,
    key: String,
    title: Option<Shown>,
    person: Option<String>,
    version: i64,
    created: When,
    updated: When,
    who: Who,
    reason: Option<Shown>,
    groups: Vec<Group<ReadField>>,
    is_current: bool,
    /// The day whose end is shown, and when that was.
    as_of: Option<(String, When)>,
    is_writable: bool,
    saved: Option<i64>,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/records/{kind}/{key}").route(web::get().to(show)));
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::of(&request, &console).await?;
    let (ports, role) = (&console.ports, visitor.role());
    let name = record_name(&request)?;
    let query = Form::query(&request)?;
    let moment = moment_of(&query, ports.clock.now())?;
    let view = match moment {
        Some(moment) => get_state(ports, &name, moment, true).await,
        None => current(&console, &name).await,
    };
    let view = view.map_err(|refusal| of_record(refusal, &name))?;
    let setters = view.provenance.iter().flatten().map(|one| one.cause.actor.as_str());
    let names = KeyNames::of(ports, setters.chain([view.cause.actor.as_str()])).await?;
    let is_writable = moment.is_none() && check_kind(view.kind).is_ok() && Rule::Write.allows(role);
    let shown = RecordPage {
        shell: Shell::new(&visitor, ""),
        kind: view.kind.name(),
        label: label(view.kind),
        title: title(&view, role),
        person: view.person.map(|person| person.0.to_string()),
        version: view.version,
        created: When::new(view.created_at),
        updated: When::new(view.updated_at),
        who: names.of_cause(&view.cause),
        reason: Shown::reason(role, &view.cause),
        groups: read_fields(&view, role, &names),
        is_current: moment.is_none(),
        as_of: match moment {
            Some(Moment::AsOf(end)) => query.word("as_of").map(|day| (day, When::new(end))),
            _ => None,
        },
        is_writable,
        saved: query.number("saved"),
        key: name.key,
    };
    Ok(page(&shown))
}

async fn current(console: &Console, name: &RecordName) -> Result<RecordView, OperatorRefusal> {
    let mut view = get_record(&console.ports, name).await?;
    view.provenance = Some(provenance(&console.ports, name, view.version).await?);
    Ok(view)
}

/// Returns which earlier state a query asks for: a version, or the end of a day in the reader's zone, which the script names.
fn moment_of(query: &Form, now: DateTime<Utc>) -> Result<Option<Moment>, PageError> {
    if let Some(version) = query.number("version") {
        return Ok(Some(Moment::Version(version)));
    }
    let Some(day) = query.word("as_of") else { return Ok(None) };
    let day: NaiveDate = day.parse().map_err(|_| PageError::Form)?;
    let offset = TimeDelta::try_minutes(query.number("offset").unwrap_or(0)).ok_or(PageError::Form)?;
    let end = day.checked_add_days(Days::new(1)).ok_or(PageError::Form)?.and_time(NaiveTime::MIN).and_utc();
    let end = end.checked_add_signed(offset - TimeDelta::microseconds(1)).ok_or(PageError::Form)?;
    Ok(Some(Moment::AsOf(end.min(now))))
}

/// Returns the error of a record whose history may still be there.
pub(super) fn of_record(refusal: OperatorRefusal, name: &RecordName) -> PageError {
    match refusal {
        OperatorRefusal::Ended => PageError::Ended(Some(name.clone())),
        other => other.into(),
    }
}

/// Leads to the record that a write has left.
pub(super) fn saved(view: &RecordView) -> HttpResponse {
    let to = format!("/console/records/{}/{}?saved={}", view.kind.name(), view.key, view.version);
    HttpResponse::SeeOther().insert_header((LOCATION, to)).finish()
}

/// Returns what people call a record, as far as `role` may read it.
pub(super) fn title(view: &RecordView, role: Role) -> Option<Shown> {
    TITLES.iter().find_map(|names| {
        let entries: Option<Vec<_>> = names.iter().map(|name| find(view.kind, name)).collect();
        let shown: Vec<Shown> =
            entries?.into_iter().map(|entry| Shown::of(role, entry, view.values.get(&entry.name))).collect();
        Shown::joined(&shown)
    })
}

/// Returns what people call a kind.
pub(super) fn label(kind: RecordKind) -> String {
    kind.name().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_with_its_last_microsecond_in_the_readers_zone() {
        let now = "2026-11-29T12:00:00Z".parse().unwrap();
        let moment = |query: &str| moment_of(&Form::of_text(query), now).ok().flatten();
        let at = |text: &str| Some(Moment::AsOf(text.parse().unwrap()));
        assert_eq!(moment("as_of=2026-03-04"), at("2026-03-04T23:59:59.999999Z"));
        assert_eq!(moment("as_of=2026-03-04&offset=-60"), at("2026-03-04T22:59:59.999999Z"));
        assert_eq!(moment("as_of=2026-11-29"), at("2026-11-29T12:00:00Z"));
        assert_eq!(moment("version=3"), Some(Moment::Version(3)));
        assert_eq!(moment(""), None);
    }
}
