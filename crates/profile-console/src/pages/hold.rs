//! `/console/persons/{person}/hold` and `/release`: keeps records of a person from being ended or erased, until they are released.

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use profile_domain::change::RecordKind;
use profile_usecases::operator::{NewHold, OperatorRefusal, place_hold, release_hold};

use crate::{Console, error::Answered, form::Form};

use super::privacy::{back, privacy_page, receive};

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/persons/{person}/hold").route(web::post().to(place)))
        .service(web::resource("/persons/{person}/release").route(web::post().to(release)));
}

async fn place(request: HttpRequest, payload: web::Payload, console: web::Data<Console>) -> Answered {
    let (visitor, person, form) = receive(&request, payload, &console).await?;
    let new = match read(&form) {
        Ok(new) => new,
        Err(faults) => return privacy_page(&console, &visitor, person, faults, None, None).await,
    };
    match place_hold(&console.ports, &visitor.actor, person, new, visitor.request_id(), None).await {
        Ok(_) => Ok(back(person, "held")),
        Err(OperatorRefusal::Invalid(_)) => {
            let faults = vec!["Until: it must be in the future.".to_owned()];
            privacy_page(&console, &visitor, person, faults, None, None).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn release(request: HttpRequest, payload: web::Payload, console: web::Data<Console>) -> Answered {
    let (visitor, person, form) = receive(&request, payload, &console).await?;
    let reason = match form.reason() {
        Ok(reason) => reason,
        Err(fault) => return privacy_page(&console, &visitor, person, vec![fault], None, None).await,
    };
    release_hold(&console.ports, &visitor.actor, person, &reason, visitor.request_id(), None).await?;
    Ok(back(person, "released"))
}

/// Reads a hold, or says everything that is wrong.
fn read(form: &Form) -> Result<NewHold, Vec<String>> {
    let mut faults = Vec::new();
    let held = |kind: &RecordKind| kind.has_person() && form.all("kind").any(|name| name == kind.name());
    let kinds: Vec<RecordKind> = RecordKind::ALL.into_iter().filter(held).collect();
    if kinds.is_empty() {
        faults.push("Kinds: choose at least one.".to_owned());
    }
    let until = form.word("until").map(|day| end_of(&day, form.number("offset").unwrap_or(0)));
    if until == Some(None) {
        faults.push("Until: it is no day.".to_owned());
    }
    match form.reason() {
        Ok(reason) if faults.is_empty() => Ok(NewHold { kinds, reason, until: until.flatten() }),
        Ok(_) => Err(faults),
        Err(fault) => Err(faults.into_iter().chain([fault]).collect()),
    }
}

/// Returns the end of a day in the reader's zone, which is `offset` minutes behind UTC.
fn end_of(day: &str, offset: i64) -> Option<DateTime<Utc>> {
    let day: NaiveDate = day.parse().ok()?;
    let end = day.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN).and_utc();
    end.checked_add_signed(TimeDelta::try_minutes(offset)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_with_a_hold_is_said_at_once() {
        let faults = read(&Form::of_text("kind=business&until=soon&reason=x")).unwrap_err();
        assert_eq!(faults.len(), 3, "{faults:?}");
        let hold = read(&Form::of_text("kind=account&kind=client&until=2030-03-04&offset=-60&reason=case+1"));
        let hold = hold.unwrap();
        assert_eq!(hold.kinds, [RecordKind::Account, RecordKind::Client]);
        assert_eq!(hold.until, "2030-03-04T23:00:00Z".parse().ok());
    }
}
