//! `/console/records/{kind}/{key}/reveal`: sensitive values of a record in clear, for a reason; the access is noted before.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use profile_domain::operator::Rule;
use profile_usecases::operator::{RecordName, get_record, reveal_record};

use crate::{
    Console,
    error::Answered,
    form::Form,
    shell::{Shell, page},
    shown::visible,
    visitor::{Visitor, record_name},
};

use super::record::{label, of_record};

#[derive(Template)]
#[template(path = "reveal.html")]
struct RevealPage {
    shell: Shell,
    kind: &'static str,
    key: String,
    label: String,
    fault: Option<String>,
    revealed: Option<Vec<(String, String)>>,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    let reveal = web::resource("/records/{kind}/{key}/reveal");
    app.service(reveal.route(web::get().to(ask)).route(web::post().to(reveal_now)));
}

async fn ask(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::RevealSensitive).await?;
    let name = record_name(&request)?;
    get_record(&console.ports, &name).await.map_err(|refusal| of_record(refusal, &name))?;
    Ok(reveal_page(&visitor, name, None, None))
}

async fn reveal_now(request: HttpRequest, payload: web::Payload, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::RevealSensitive).await?;
    let name = record_name(&request)?;
    let reason = match Form::receive(payload).await?.reason() {
        Ok(reason) => reason,
        Err(fault) => return Ok(reveal_page(&visitor, name, Some(fault), None)),
    };
    let view = reveal_record(&console.ports, &visitor.actor, &name, visitor.request_id(), reason).await;
    let view = view.map_err(|refusal| of_record(refusal, &name))?;
    let revealed = view.revealed.into_iter().flatten();
    let revealed = revealed.map(|(field, value)| (field, visible(value.as_str()))).collect();
    Ok(reveal_page(&visitor, name, None, Some(revealed)))
}

fn reveal_page(
    visitor: &Visitor,
    RecordName { kind, key }: RecordName,
    fault: Option<String>,
    revealed: Option<Vec<(String, String)>>,
) -> HttpResponse {
    let shell = Shell::new(visitor, "");
    page(&RevealPage { shell, kind: kind.name(), key, label: label(kind), fault, revealed })
}
