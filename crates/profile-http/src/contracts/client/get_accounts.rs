//! `GET /client/accounts?real_only=` (section 4).

use actix_web::{HttpRequest, HttpResponse, web};
use profile_usecases::client::find_client;
use schemars::json_schema;

use super::{
    error::{ClientError, INVALID, and_common},
    imported::{AccountItem, accounts},
    request::RequestContext,
    response::{items, respond},
};
use crate::{State, endpoint::Endpoint, headers::pairs, parameter::Parameter};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![Parameter::query(
            "real_only",
            "`true` returns only accounts whose `metadata.type` is `real`.",
            |_| json_schema!({ "type": "boolean", "default": false }),
        )],
        ..Endpoint::read(
            "get_accounts",
            &["/client/accounts", "/v1/client/accounts"],
            "Read the trading accounts",
            items::<AccountItem>(),
            and_common(&[INVALID]),
            |route| route.to(get),
        )
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    respond(&request, read(&request, &state).await)
}

async fn read(request: &HttpRequest, state: &State) -> Result<Vec<AccountItem>, ClientError> {
    let caller = RequestContext::begin(request, state).await?.caller;
    let mut real_only = false;
    for (_, value) in pairs(request).iter().filter(|(name, _)| name == "real_only") {
        real_only = match value.as_str() {
            "true" => true,
            "false" => false,
            _ => return Err(ClientError::because(INVALID, "real_only is invalid: expected true or false")),
        };
    }
    let Some(client) = find_client(&state.ports, &caller).await? else { return Ok(Vec::new()) };
    let mut accounts = accounts(&client)?;
    accounts.retain(|account| !real_only || account.is_real());
    Ok(accounts)
}
