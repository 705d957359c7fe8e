//! `GET /client/status` (section 4): rows of the client's statuses.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_usecases::client::find_client;
use serde_json::Value;

use super::{
    envelope::answer,
    error::{ClientFault, and_common},
    exchange::caller,
    schema, shape,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "get_status",
        method: Method::GET,
        paths: &["/client/status", "/v1/client/status"],
        summary: "Read the statuses",
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
    Ok(client.map_or_else(Vec::new, |client| shape::items(&client, &client.imported.statuses)))
}
