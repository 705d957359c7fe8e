//! `/console/persons/{person}/erase`: shows what an erasure would take, and does it once the person's id is typed.

use actix_web::{HttpRequest, web};
use askama::Template;
use profile_domain::{PersonId, Text, operator::Rule};
use profile_usecases::operator::erase_person;

use crate::{
    Console,
    error::{Answered, PageError},
    receipt::Receipt,
    shell::{Shell, page},
    visitor::{Visitor, person_in_path},
};

use super::privacy::{back, receive};

#[derive(Template)]
#[template(path = "erase_person.html")]
struct ErasePage {
    shell: Shell,
    person: String,
    faults: Vec<String>,
    reason: String,
    would: Receipt,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    let erase = web::resource("/persons/{person}/erase");
    app.service(erase.route(web::get().to(show)).route(web::post().to(erase_now)));
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Privacy).await?;
    preview(&console, &visitor, person_in_path(&request)?, String::new(), Vec::new()).await
}

async fn erase_now(request: HttpRequest, payload: web::Payload, console: web::Data<Console>) -> Answered {
    let (visitor, person, form) = receive(&request, payload, &console).await?;
    let mut faults = Vec::new();
    if form.word("confirmation") != Some(person.0.to_string()) {
        faults.push("Confirmation: it is not the id of this person.".to_owned());
    }
    match form.reason() {
        Ok(reason) if faults.is_empty() => {
            let cause = visitor.cause(Some(reason.clone()));
            Box::pin(erase_person(&console.ports, person, reason, cause, None)).await?;
            return Ok(back(person, "erased"));
        }
        Ok(_) => {}
        Err(fault) => faults.push(fault),
    }
    preview(&console, &visitor, person, form.get("reason").unwrap_or_default(), faults).await
}

async fn preview(
    console: &Console,
    visitor: &Visitor,
    person: PersonId,
    reason: String,
    faults: Vec<String>,
) -> Answered {
    let ports = Visitor::rehearsal(console);
    let would = erase_person(&ports, person, Text::default(), visitor.cause(None), None);
    let would = Receipt::read(&Box::pin(would).await?).ok_or(PageError::Broken)?;
    let shell = Shell::new(visitor, "");
    Ok(page(&ErasePage { shell, person: person.0.to_string(), faults, reason, would }))
}
