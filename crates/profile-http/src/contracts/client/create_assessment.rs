//! `POST /client/financial-assessment` (section 4): makes the assessment, once.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::client::{AssessmentEntry, fields};
use profile_ports::JsonMembers;
use profile_usecases::client::create_assessment;
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
        id: "create_assessment",
        method: Method::POST,
        paths: &["/client/financial-assessment", "/v1/client/financial-assessment"],
        summary: "Make the financial assessment, once",
        protected: true,
        parameters: vec![],
        request: Body::Json(|_| schema::texts(&fields::ASSESSMENT_CREATION, &[])),
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
    let entry = AssessmentEntry::read(&JsonMembers(&body))?;
    let client = create_assessment(&state.core, admitted, entry, &origin).await?;
    Ok(client.assessment.iter().map(|assessment| shape::new_assessment(&client, assessment)).collect())
}
