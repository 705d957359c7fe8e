//! The contracts side by side.

pub mod account;

use actix_web::{HttpResponse, web};

use crate::endpoint::Contract;

/// Every contract that is served.
#[must_use]
pub fn all() -> Vec<Contract> {
    vec![account::contract()]
}

pub(crate) fn configure(app: &mut web::ServiceConfig) {
    for contract in all() {
        contract.configure(app);
    }
}

/// A path that belongs to no contract gets the account contract's answer (contract account, section 9).
pub(crate) async fn unknown_path() -> HttpResponse {
    account::unknown_path()
}
