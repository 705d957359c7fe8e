//! The contracts side by side.

pub mod account;
pub mod client;
pub mod operator;
pub mod tenant;
pub mod users;

use actix_web::{HttpRequest, HttpResponse, web};

use crate::{cors::Cors, endpoint::Contract};

/// Every contract that is served.
#[must_use]
pub fn all() -> Vec<Contract> {
    vec![account::contract(), tenant::contract(), users::contract(), client::contract(), operator::contract()]
}

/// Registers the contracts that `serves` names; a browser's other origins never reach the operator API.
pub(crate) fn configure(app: &mut web::ServiceConfig, cors: Option<&Cors>, serves: fn(&str) -> bool) {
    // Routes are tried in this order: one without parameters is quickly passed by, and so is a scope, which the last one has.
    // `/api/v1/users/users` is a user, and no list of a tenant `v1`.
    for parameters in [false, true] {
        for contract in all().into_iter().rev().filter(|contract| serves(contract.name)) {
            let cors = cors.filter(|_| contract.name != operator::NAME);
            contract.configure(app, parameters, cors);
        }
    }
}

/// A path below a contract's root is answered in its shape; one that belongs to no contract gets the account
/// contract's answer (contract account, section 9).
pub(crate) async fn unknown_path(request: HttpRequest) -> HttpResponse {
    let path = request.path();
    if users::owns(path) {
        users::unknown_path()
    } else if client::owns(path) {
        client::unknown_path(&request)
    } else if tenant::owns(path) {
        tenant::unknown_path()
    } else if operator::owns(path) && is_operator_served(&request) {
        operator::unknown_path(&request)
    } else {
        account::unknown_path()
    }
}

/// The answer to every unknown path on a listener of the operator API's own.
pub(crate) async fn unknown_operator_path(request: HttpRequest) -> HttpResponse {
    operator::unknown_path(&request)
}

/// The answer to every request while the database takes no writes, in the shape of the contract that its path belongs to.
pub(crate) async fn unavailable(request: HttpRequest) -> HttpResponse {
    let path = request.path();
    if users::owns(path) {
        users::unavailable()
    } else if client::owns(path) {
        client::unavailable(&request)
    } else if tenant::owns(path) {
        tenant::unavailable()
    } else if operator::owns(path) {
        operator::unavailable(&request)
    } else {
        account::unavailable()
    }
}

/// Whether the listener of the request serves the operator API.
fn is_operator_served(request: &HttpRequest) -> bool {
    request.app_data::<web::Data<crate::State>>().is_none_or(|state| !state.operator.own_listener)
}
