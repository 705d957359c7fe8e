//! `/console/records/{kind}/{key}/revert`: shows what taking a record back to a version changes, and does it.

use actix_web::{HttpRequest, web};
use askama::Template;
use profile_domain::operator::Rule;
use profile_usecases::operator::{
    FieldError, IfMatch, OperatorRefusal, Precondition, RecordName, check_reason, get_record, revert_record,
};

use crate::{
    Console,
    error::{Answered, PageError},
    faults::{broken_rule, field_of, sentence},
    form::Form,
    shell::{Shell, page},
    visitor::{Visitor, record_name},
};

use super::{
    history::Difference,
    record::{label, of_record, saved},
};

#[derive(Template)]
#[template(path = "revert.html")]
struct RevertPage {
    shell: Shell,
    kind: &'static str,
    key: String,
    label: String,
    version: i64,
    to: i64,
    fields: Vec<Difference>,
    reason: String,
    faults: Vec<String>,
    is_possible: bool,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    let revert = web::resource("/records/{kind}/{key}/revert");
    app.service(revert.route(web::get().to(show)).route(web::post().to(send)));
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Write).await?;
    let name = record_name(&request)?;
    let to = Form::query(&request)?.number("to").ok_or(PageError::Form)?;
    preview(&console, &visitor, &name, to, String::new(), Vec::new()).await
}

async fn send(request: HttpRequest, payload: web::Payload, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Write).await?;
    let name = record_name(&request)?;
    let form = Form::receive(payload).await?;
    let to = form.number("to").ok_or(PageError::Form)?;
    let version = form.number("version").ok_or(PageError::Form)?;
    let typed = form.word("reason").unwrap_or_default();
    let reason = match check_reason(&typed) {
        Ok(reason) => reason,
        Err((rule, limit)) => {
            let fault = FieldError { limit, ..FieldError::at("/reason", rule) };
            let faults = vec![format!("Reason: {}", broken_rule(&fault))];
            return preview(&console, &visitor, &name, to, typed, faults).await;
        }
    };
    let cause = visitor.cause(Some(reason));
    match revert_record(&console.ports, &visitor.actor, &name, to, &seen(version), cause, None).await {
        Ok(view) => Ok(saved(&view)),
        Err(refusal) => {
            let faults = sentences(&name, refusal)?;
            preview(&console, &visitor, &name, to, typed, faults).await
        }
    }
}

/// The record must be as it was looked at.
fn seen(version: i64) -> Precondition {
    Precondition::IfMatch(IfMatch::Versions { versions: vec![version], is_weak: false })
}

/// Returns what a version changes today, or why it cannot be restored.
async fn preview(
    console: &Console,
    visitor: &Visitor,
    name: &RecordName,
    to: i64,
    reason: String,
    mut faults: Vec<String>,
) -> Answered {
    let ports = Visitor::rehearsal(console);
    let now = get_record(&ports, name).await.map_err(|refusal| of_record(refusal, name))?;
    let cause = visitor.cause(None);
    let then = revert_record(&ports, &visitor.actor, name, to, &seen(now.version), cause, None).await;
    let (fields, is_possible) = match then {
        Ok(then) => (Difference::all(&now, &then, visitor.role()), true),
        Err(refusal) => {
            faults.extend(sentences(name, refusal)?);
            (Vec::new(), false)
        }
    };
    let shown = RevertPage {
        shell: Shell::new(visitor, ""),
        kind: name.kind.name(),
        key: name.key.clone(),
        label: label(name.kind),
        version: now.version,
        to,
        fields,
        reason,
        faults,
        is_possible,
    };
    Ok(page(&shown))
}

/// Says why a version cannot be restored; what has nothing to do with the version is an error of its own.
fn sentences(name: &RecordName, refusal: OperatorRefusal) -> Result<Vec<String>, PageError> {
    let of_field = |fault: &FieldError| {
        format!("{}: {}", field_of(name.kind, fault).unwrap_or("version"), sentence(name.kind, fault))
    };
    Ok(match refusal {
        OperatorRefusal::NotRevertible(conflicts) => {
            let lost = |field: &str| format!("{field}: what it was is not known any more.");
            conflicts.iter().map(|conflict| lost(&conflict.field)).collect()
        }
        OperatorRefusal::Invalid(faults) | OperatorRefusal::Taken(faults) => {
            faults.iter().map(of_field).collect()
        }
        OperatorRefusal::PreconditionFailed { .. } => {
            vec!["Somebody changed the record meanwhile. What follows is of now.".to_owned()]
        }
        OperatorRefusal::Forbidden(rule, _) => vec![format!("The rule {rule} denies it to your role.")],
        other => return Err(of_record(other, name)),
    })
}
