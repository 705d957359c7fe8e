//! `POST /client/tnc` (section 4): accepts the current terms; no body is looked at.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_usecases::client::{accept_terms, admit_change};
use serde_json::Value;

use super::{
    NAME,
    envelope::answer,
    error::{CONFLICT, ClientFault, and_common},
    exchange::caller,
    schema, shape,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    headers::origin,
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "accept_terms",
        method: Method::POST,
        paths: &["/client/tnc", "/v1/client/tnc"],
        summary: "Accept the current terms",
        protected: true,
        parameters: vec![],
        request: Body::Empty,
        success: Body::Json(|_| schema::objects()),
        bodiless: &[],
        failures: and_common(&[CONFLICT]),
        handler: |route| route.to(post),
    }
}

async fn post(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    answer(&request, run(&request, &state).await)
}

async fn run(request: &HttpRequest, state: &State) -> Result<Vec<Value>, ClientFault> {
    let acting = caller(request, state).await?;
    let admitted = admit_change(&state.core, acting).await?;
    let client = accept_terms(&state.core, admitted, &origin(request, NAME)).await?;
    Ok(client.terms.into_iter().map(|terms| shape::terms(&client, terms)).collect())
}
