//! `POST /client/tax-information` (section 4): makes the tax information, once.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::client::TaxEntry;
use profile_ports::JsonMembers;
use profile_usecases::client::{create_tax, open_tax};
use serde_json::Value;

use super::{
    envelope::answer,
    error::{CONFLICT, ClientFault, with_body},
    exchange::{Change, change},
    schema, shape,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "create_tax",
        method: Method::POST,
        paths: &["/client/tax-information", "/v1/client/tax-information"],
        summary: "Make the tax information, once",
        protected: true,
        parameters: vec![],
        request: Body::Json(|_| schema::tax()),
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
    let entry = TaxEntry::read(&JsonMembers(&body))?;
    let client = create_tax(&state.core, admitted, entry, &origin).await?;
    Ok(open_tax(&state.core, &client)?.iter().map(|opened| shape::tax(&client, opened)).collect())
}
