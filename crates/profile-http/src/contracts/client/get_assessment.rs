//! `GET /client/financial-assessment-results` (section 4): written at another path than it is read.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::client::Client;
use profile_usecases::client::get_client;
use serde_json::Value;

use super::{
    envelope::answer,
    error::{ClientFault, NOT_FOUND, and_common},
    exchange::caller,
    schema, shape,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "get_assessment",
        method: Method::GET,
        paths: &["/client/financial-assessment-results", "/v1/client/financial-assessment-results"],
        summary: "Read the financial assessment",
        protected: true,
        parameters: vec![],
        request: Body::Empty,
        success: Body::Json(|_| schema::objects()),
        bodiless: &[],
        failures: and_common(&[NOT_FOUND]),
        handler: |route| route.to(get),
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    answer(&request, run(&request, &state).await)
}

async fn run(request: &HttpRequest, state: &State) -> Result<Vec<Value>, ClientFault> {
    let acting = caller(request, state).await?;
    let read = |client: Client| {
        Ok(client.assessment.as_ref().map(|assessment| shape::assessment(&client, assessment)))
    };
    Ok(vec![get_client(&state.core, &acting, "financial assessment", read).await?])
}
