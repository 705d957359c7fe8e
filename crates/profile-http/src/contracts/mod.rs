//! The contracts side by side.

pub mod account;
pub mod client;
pub mod tenant;
pub mod users;

use actix_web::{HttpRequest, HttpResponse, web};

use crate::{cors::Cors, endpoint::Contract};

/// Every contract that is served.
#[must_use]
pub fn all() -> Vec<Contract> {
    vec![account::contract(), users::contract(), client::contract(), tenant::contract()]
}

pub(crate) fn configure(app: &mut web::ServiceConfig, cors: Option<&Cors>) {
    // Routes are tried in this order, and one without parameters is quickly passed by.
    for parameters in [false, true] {
        for contract in all() {
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
    } else {
        account::unknown_path()
    }
}
