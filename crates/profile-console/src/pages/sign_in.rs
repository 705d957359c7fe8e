//! `/console/sign-in`, `/console/welcome` and `/console/sign-out`: a session begins with an operator key, and ends.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{LOCATION, SET_COOKIE},
    },
    web,
};
use askama::Template;
use profile_usecases::{
    console::{NewConsoleSession, begin_console_session, end_console_session},
    operator::{NotAdmitted, authenticate_operator},
};

use crate::{
    Console,
    error::{Answered, PageError},
    form::Form,
    shell::{Shell, html},
    visitor::{Visitor, no_session_cookie, session_cookie, session_token},
};

const FIRST_PAGE: &str = "/console";

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    shell: Shell,
    next: &'a str,
    fault: Option<&'a str>,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/sign-in").route(web::get().to(show)).route(web::post().to(sign_in)))
        .service(web::resource("/welcome").route(web::get().to(welcome)))
        .service(web::resource("/sign-out").route(web::post().to(sign_out)));
}

/// Returns the page that asks for a key, and goes on to `next`.
pub(crate) fn sign_in_page(status: StatusCode, next: &str, fault: Option<&str>) -> HttpResponse {
    html(status, &SignInPage { shell: Shell::of_nobody(), next: own_path(next), fault })
}

/// Returns a path of the console; whatever else a request names leads to the first page.
fn own_path(path: &str) -> &str {
    let is_own =
        path.strip_prefix(FIRST_PAGE).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    if is_own && !path.contains(['\\', '\r', '\n']) { path } else { FIRST_PAGE }
}

async fn show(request: HttpRequest) -> Answered {
    let next = Form::query(&request)?.get("next").unwrap_or_default();
    Ok(sign_in_page(StatusCode::OK, &next, None))
}

async fn sign_in(request: HttpRequest, payload: web::Payload, console: web::Data<Console>) -> Answered {
    let form = Form::receive(payload).await?;
    let next = form.get("next").unwrap_or_default();
    let secret = form.word("key").unwrap_or_default();
    let address = (console.facts)(&request).address;
    let key = match authenticate_operator(&console.ports, &secret, address).await {
        Ok(key) => key,
        Err(NotAdmitted::Refused) => {
            let fault = "This key is not valid: it may be mistyped, revoked or expired.";
            return Ok(sign_in_page(StatusCode::UNAUTHORIZED, &next, Some(fault)));
        }
        Err(other) => return Err(other.into()),
    };
    (console.count)(key.id.clone()).await.map_err(PageError::TooMany)?;
    Ok(signed_in(&begin_console_session(&console.ports, &key).await?, &next))
}

/// Sets the cookie, and has the browser show at once whether it keeps it.
pub(super) fn signed_in(session: &NewConsoleSession, next: &str) -> HttpResponse {
    let query = url_encoded(own_path(next));
    HttpResponse::SeeOther()
        .insert_header((SET_COOKIE, session_cookie(&session.token)))
        .insert_header((LOCATION, format!("/console/welcome?next={query}")))
        .finish()
}

/// Writes a text as the value of a parameter.
pub(super) fn url_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let encoded = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encoded).collect()
}

async fn welcome(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let next = Form::query(&request)?.get("next").unwrap_or_default();
    match Visitor::of(&request, &console).await {
        Ok(_) => Ok(HttpResponse::SeeOther().insert_header((LOCATION, own_path(&next))).finish()),
        Err(PageError::SignedOut(_)) => {
            let fault = "The browser did not send the cookie of the session back. The console needs https, or \
                http on localhost, and cookies that are allowed.";
            Ok(sign_in_page(StatusCode::UNAUTHORIZED, &next, Some(fault)))
        }
        Err(other) => Err(other),
    }
}

async fn sign_out(request: HttpRequest, console: web::Data<Console>) -> Answered {
    if let Some(token) = session_token(&request) {
        end_console_session(&console.ports, token).await?;
    }
    Ok(HttpResponse::SeeOther()
        .insert_header((SET_COOKIE, no_session_cookie()))
        .insert_header((LOCATION, "/console/sign-in"))
        .finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_to_pages_of_the_console_alone() {
        for own in ["/console", "/console?q=a", "/console/records/account/1"] {
            assert_eq!(own_path(own), own);
        }
        for other in ["", "//evil.test", "https://evil.test", "/consoles", "/console\\x", "/operator/v1"] {
            assert_eq!(own_path(other), FIRST_PAGE, "{other}");
        }
    }
}
