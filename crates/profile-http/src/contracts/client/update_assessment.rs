//! `PUT /client/financial-assessment` (section 4): updates the assessment with other members.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::client::{AssessmentUpdate, fields};
use profile_ports::JsonMembers;
use profile_usecases::client::update_assessment;
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
        id: "update_assessment",
        method: Method::PUT,
        paths: &["/client/financial-assessment", "/v1/client/financial-assessment"],
        summary: "Update the financial assessment",
        protected: true,
        parameters: vec![],
        request: Body::Json(|_| schema::texts(&fields::ASSESSMENT_UPDATE, &[])),
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
    let entry = AssessmentUpdate::read(&JsonMembers(&body))?;
    let client = update_assessment(&state.core, admitted, entry, &origin).await?;
    Ok(client.assessment.iter().map(shape::updated_assessment).collect())
}
