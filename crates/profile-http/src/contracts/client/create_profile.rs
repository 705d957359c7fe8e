//! `POST /client/profile` (section 4): makes the profile, once.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::client::{ProfileEntry, fields};
use profile_ports::JsonMembers;
use profile_usecases::client::{create_profile, open_profile};
use serde_json::Value;

use super::{
    envelope::answer,
    error::{CONFLICT, ClientFault, with_body},
    exchange::{Change, change, rules},
    schema, shape,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "create_profile",
        method: Method::POST,
        paths: &["/client/profile", "/v1/client/profile"],
        summary: "Make the profile, once",
        protected: true,
        parameters: vec![],
        request: Body::Json(|_| schema::texts(&fields::PROFILE_CREATION, &[])),
        success: Body::Json(|_| schema::objects()),
        bodiless: &[],
        failures: with_body(&[CONFLICT]),
        handler: |route| route.to(post),
    }
}

async fn post(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    answer(&request, run(&request, payload, &state).await)
}

async fn run(request: &HttpRequest, payload: web::Payload, state: &State) -> Result<Vec<Value>, ClientFault> {
    let Change { admitted, body, origin } = change(request, payload, state).await?;
    let entry = ProfileEntry::creation(&JsonMembers(&body), rules(state))?;
    let client = create_profile(&state.core, admitted, entry, &origin).await?;
    Ok(open_profile(&state.core, &client)?.iter().map(|opened| shape::profile(&client, opened)).collect())
}
