//! The sum of all balances (section 4, other items).

use serde_json::json;

use crate::{
    call::{get, item, token},
    support::{Target, clients::OPEN},
};

pub async fn the_balance_has_wallets_and_accounts(target: &Target) {
    let token = token(OPEN);
    let balance = item(&get(target, "/client/total-balance", &token).await);
    assert_eq!(balance["total_balance"], json!({"amount": "12.50", "currency": "EUR"}));
    assert_eq!(balance["accounts"], json!(["***1", "***2"]));
    assert_eq!(
        (&balance["wallets"][0]["balance"], &balance["wallets"][0]["client_id"]),
        (&json!(2), &json!(4120))
    );
}
