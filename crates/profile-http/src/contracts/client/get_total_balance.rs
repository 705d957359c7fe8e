//! `GET /client/total-balance` (section 4): one item, of zero where there is nothing.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_usecases::client::find_client;
use serde_json::{Value, json};

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
        id: "get_total_balance",
        method: Method::GET,
        paths: &["/client/total-balance", "/v1/client/total-balance"],
        summary: "Read the sum of all balances",
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
    let Some(client) = find_client(&state.core, &acting).await? else {
        return Ok(vec![json!({ "total_balance": nothing(), "wallets": [], "accounts": [] })]);
    };
    let imported = &client.imported;
    let total = imported.total_balance.iter().cloned().collect::<Vec<_>>();
    let names = |account: Value| account.get("platform_account_id").cloned();
    Ok(vec![json!({
        "total_balance": shape::items(&client, &total).pop().unwrap_or_else(nothing),
        "wallets": shape::items(&client, &imported.wallets),
        "accounts": shape::items(&client, &imported.accounts).into_iter().filter_map(names).collect::<Vec<_>>(),
    })])
}

fn nothing() -> Value {
    json!({ "amount": "0.00", "currency": "USD" })
}
