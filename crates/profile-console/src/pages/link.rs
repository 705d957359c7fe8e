//! `/console/link/{token}`: a one-time link. Only the button spends it, because mail and chat open links to preview them.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
use askama::Template;
use profile_usecases::{console::spend_console_link, operator::NotAdmitted};

use crate::{
    Console,
    error::Answered,
    shell::{Shell, page},
};

use super::sign_in::{sign_in_page, signed_in};

#[derive(Template)]
#[template(path = "link.html")]
struct LinkPage {
    shell: Shell,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/link/{token}").route(web::get().to(show)).route(web::post().to(spend)));
}

async fn show() -> HttpResponse {
    page(&LinkPage { shell: Shell::of_nobody() })
}

async fn spend(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let token = request.match_info().get("token").unwrap_or_default();
    let address = (console.facts)(&request).address;
    match spend_console_link(&console.ports, token, address).await {
        Ok(session) => Ok(signed_in(&session, "")),
        Err(NotAdmitted::Refused) => {
            let fault = "This link was used before, or is older than 10 minutes. Ask for another one: \
                profile console-link.";
            Ok(sign_in_page(StatusCode::UNAUTHORIZED, "", Some(fault)))
        }
        Err(other) => Err(other.into()),
    }
}
