//! `GET /client/accounts?real_only=` (section 4).

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_usecases::client::find_client;
use serde_json::Value;

use super::{
    envelope::answer,
    error::{ClientFault, INVALID, and_common},
    exchange::caller,
    schema, shape,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    headers::pairs,
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "get_accounts",
        method: Method::GET,
        paths: &["/client/accounts", "/v1/client/accounts"],
        summary: "Read the trading accounts",
        protected: true,
        parameters: vec![],
        request: Body::Empty,
        success: Body::Json(|_| schema::objects()),
        bodiless: &[],
        failures: and_common(&[INVALID]),
        handler: |route| route.to(get),
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    answer(&request, run(&request, &state).await)
}

async fn run(request: &HttpRequest, state: &State) -> Result<Vec<Value>, ClientFault> {
    let acting = caller(request, state).await?;
    let mut real_only = false;
    for (_, value) in pairs(request).iter().filter(|(name, _)| name == "real_only") {
        real_only = match value.as_str() {
            "true" => true,
            "false" => false,
            _ => return Err(ClientFault::because(INVALID, "real_only is invalid: expected true or false")),
        };
    }
    let client = find_client(&state.core, &acting).await?;
    let mut accounts =
        client.map_or_else(Vec::new, |client| shape::items(&client, &client.imported.accounts));
    accounts
        .retain(|account| !real_only || account.pointer("/metadata/type").is_some_and(|kind| kind == "real"));
    Ok(accounts)
}
