//! `GET /client/login-history?limit=` (section 4): newest first.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_usecases::client::find_client;
use serde_json::Value;

use super::{
    envelope::answer,
    error::{ClientFault, INVALID, and_common},
    exchange::caller,
    schema, shape,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    headers::pairs,
};

/// Most logins of an answer, and how many there are where the request does not say.
const MOST: usize = 100;

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "get_login_history",
        method: Method::GET,
        paths: &["/client/login-history", "/v1/client/login-history"],
        summary: "Read the login history, newest first",
        protected: true,
        parameters: vec![],
        request: Body::Empty,
        success: Body::Json(|_| schema::objects()),
        bodiless: &[],
        failures: and_common(&[INVALID]),
        handler: |route| route.to(get),
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    answer(&request, run(&request, &state).await)
}

async fn run(request: &HttpRequest, state: &State) -> Result<Vec<Value>, ClientFault> {
    let acting = caller(request, state).await?;
    let mut limit = MOST;
    for (_, value) in pairs(request).iter().filter(|(name, _)| name == "limit") {
        let wanted = value.parse().ok().filter(|wanted| (1..=MOST).contains(wanted));
        let expected = || ClientFault::because(INVALID, format!("limit is invalid: expected 1 to {MOST}"));
        limit = wanted.ok_or_else(expected)?;
    }
    let client = find_client(&state.core, &acting).await?;
    let logins = client.map_or_else(Vec::new, |client| shape::items(&client, &client.imported.logins));
    Ok(logins.into_iter().take(limit).collect())
}
