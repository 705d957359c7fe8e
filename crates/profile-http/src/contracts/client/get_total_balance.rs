//! `GET /client/total-balance` (section 4): one item, of zero for a client without balances.

use actix_web::{HttpRequest, HttpResponse, web};
use profile_usecases::client::find_client;
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    error::{ClientError, and_common},
    imported::{Amount, WalletItem, accounts, total_balance, wallets},
    request::RequestContext,
    response::{items, respond},
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    Endpoint::read(
        "get_total_balance",
        &["/client/total-balance", "/v1/client/total-balance"],
        "Read the sum of all balances",
        items::<BalanceItem>(),
        and_common(&[]),
        |route| route.to(get),
    )
}

/// The sum of all balances, and what it is the sum of.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientBalance")]
struct BalanceItem {
    total_balance: Amount,
    wallets: Vec<WalletItem>,
    /// The `platform_account_id` of each account.
    accounts: Vec<String>,
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    respond(&request, read(&request, &state).await)
}

async fn read(request: &HttpRequest, state: &State) -> Result<[BalanceItem; 1], ClientError> {
    let caller = RequestContext::begin(request, state).await?.caller;
    let zero = || Amount { amount: "0.00".to_owned(), currency: "USD".to_owned() };
    let Some(client) = find_client(&state.ports, &caller).await? else {
        return Ok([BalanceItem { total_balance: zero(), wallets: Vec::new(), accounts: Vec::new() }]);
    };
    Ok([BalanceItem {
        total_balance: total_balance(&client)?.unwrap_or_else(zero),
        wallets: wallets(&client)?,
        accounts: accounts(&client)?.into_iter().map(|account| account.platform_account_id).collect(),
    }])
}
