//! `PUT /client/address` (section 4): replaces the address whole.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::client::{AddressEntry, fields};
use profile_ports::JsonMembers;
use profile_usecases::client::update_address;
use serde_json::Value;

use super::{
    envelope::answer,
    error::{ClientFault, NOT_FOUND, with_body},
    exchange::{Change, change},
    schema, shape,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "update_address",
        method: Method::PUT,
        paths: &["/client/address", "/v1/client/address"],
        summary: "Replace the address",
        protected: true,
        parameters: vec![],
        request: Body::Json(|_| schema::texts(&fields::ADDRESS, &["address_line_2"])),
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
    let entry = AddressEntry::read(&JsonMembers(&body))?;
    let client = update_address(&state.core, admitted, entry, &origin).await?;
    Ok(client.address.iter().map(|address| shape::address(&client, address)).collect())
}
