//! `GET /client/system-status` (section 4): what the system allows the client.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::client::SystemStatus;
use profile_usecases::client::find_client;
use serde_json::{Value, json};

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
        id: "get_system_status",
        method: Method::GET,
        paths: &["/client/system-status", "/v1/client/system-status"],
        summary: "Read the system statuses",
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
    let statuses = client.iter().flat_map(|client| &client.system_statuses);
    let mut names: Vec<&str> = statuses.map(|status| status.name()).collect();
    if names.is_empty() {
        names.push(SystemStatus::Enabled.name());
    }
    Ok(vec![json!({ "client_id": client.map(|client| client.client_id), "statuses": names })])
}
