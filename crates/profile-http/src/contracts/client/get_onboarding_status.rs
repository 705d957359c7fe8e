//! `GET /client/onboarding-status` (section 4): which records are there.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::client::Client;
use profile_usecases::client::find_client;
use serde_json::{Map, Value, json};

use super::{
    envelope::answer,
    error::{ClientFault, and_common},
    exchange::caller,
    schema,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "get_onboarding_status",
        method: Method::GET,
        paths: &["/client/onboarding-status", "/v1/client/onboarding-status"],
        summary: "Read how far the onboarding has come",
        protected: true,
        parameters: vec![],
        request: Body::Empty,
        success: Body::Json(|_| schema::objects()),
        bodiless: &[],
        failures: and_common(&[]),
        handler: |route| route.to(get),
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    answer(&request, run(&request, &state).await)
}

async fn run(request: &HttpRequest, state: &State) -> Result<Vec<Value>, ClientFault> {
    let acting = caller(request, state).await?;
    let client = find_client(&state.core, &acting).await?;
    let has = |record: fn(&Client) -> bool| client.as_ref().is_some_and(record);
    let steps = [
        ("tnc", has(|client| client.terms.is_some())),
        ("profile", has(|client| client.profile.is_some())),
        ("address", has(|client| client.address.is_some())),
        ("tax_information", has(|client| client.tax.is_some())),
        ("financial_assessment", has(|client| client.assessment.is_some())),
    ];
    let status = match steps.iter().filter(|(_, done)| *done).count() {
        0 => "not_started",
        done if done == steps.len() => "completed",
        _ => "in_progress",
    };
    let steps: Map<String, Value> =
        steps.map(|(name, done)| (name.to_owned(), done.into())).into_iter().collect();
    let client_id = client.map(|client| client.client_id);
    Ok(vec![json!({ "client_id": client_id, "status": status, "steps": steps })])
}
