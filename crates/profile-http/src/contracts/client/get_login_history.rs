//! `GET /client/login-history?limit=` (section 4): newest first.

use actix_web::{HttpRequest, HttpResponse, web};
use profile_usecases::client::find_client;
use schemars::json_schema;

use super::{
    error::{ClientError, INVALID, and_common},
    imported::{LoginItem, logins},
    request::RequestContext,
    response::{items, respond},
};
use crate::{State, endpoint::Endpoint, headers::pairs, parameter::Parameter};

/// Most logins of an answer, also without a limit of the request.
const MAX_LOGINS: usize = 100;

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![Parameter::query(
            "limit",
            "The most logins to return.",
            |_| json_schema!({ "type": "integer", "minimum": 1, "maximum": MAX_LOGINS, "default": MAX_LOGINS }),
        )],
        ..Endpoint::read(
            "get_login_history",
            &["/client/login-history", "/v1/client/login-history"],
            "Read the login history, newest first",
            items::<LoginItem>(),
            and_common(&[INVALID]),
            |route| route.to(get),
        )
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    respond(&request, read(&request, &state).await)
}

async fn read(request: &HttpRequest, state: &State) -> Result<Vec<LoginItem>, ClientError> {
    let caller = RequestContext::begin(request, state).await?.caller;
    let mut limit = MAX_LOGINS;
    for (_, value) in pairs(request).iter().filter(|(name, _)| name == "limit") {
        let wanted = value.parse().ok().filter(|wanted| (1..=MAX_LOGINS).contains(wanted));
        let expected =
            || ClientError::because(INVALID, format!("limit is invalid: expected 1 to {MAX_LOGINS}"));
        limit = wanted.ok_or_else(expected)?;
    }
    let Some(client) = find_client(&state.ports, &caller).await? else { return Ok(Vec::new()) };
    let mut logins = logins(&client)?;
    logins.truncate(limit);
    Ok(logins)
}
