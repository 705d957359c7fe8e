//! `PUT /client/profile` (section 4): replaces the profile whole, with a reason.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::client::{ProfileEntry, fields};
use profile_ports::JsonMembers;
use profile_usecases::client::{open_profile, update_profile};
use serde_json::Value;

use super::{
    envelope::answer,
    error::{ClientFault, NOT_FOUND, with_body},
    exchange::{Change, change, rules},
    schema, shape,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "update_profile",
        method: Method::PUT,
        paths: &["/client/profile", "/v1/client/profile"],
        summary: "Replace the profile, with a reason",
        protected: true,
        parameters: vec![],
        request: Body::Json(|_| schema::texts(&fields::PROFILE_REPLACEMENT, &[])),
        success: Body::Json(|_| schema::objects()),
        bodiless: &[],
        failures: with_body(&[NOT_FOUND]),
        handler: |route| route.to(put),
    }
}

async fn put(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    answer(&request, run(&request, payload, &state).await)
}

async fn run(request: &HttpRequest, payload: web::Payload, state: &State) -> Result<Vec<Value>, ClientFault> {
    let Change { admitted, body, origin } = change(request, payload, state).await?;
    let entry = ProfileEntry::replacement(&JsonMembers(&body), rules(state))?;
    let client = update_profile(&state.core, admitted, entry, &origin).await?;
    Ok(open_profile(&state.core, &client)?.iter().map(|opened| shape::profile(&client, opened)).collect())
}
