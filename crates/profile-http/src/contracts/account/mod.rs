//! The account contract: trading accounts, their holders and the customers who own them.

mod caller;
mod error;
mod get_account;
mod get_customer;
mod get_file;
mod profile_body;
mod update_account_profile;
mod upload_avatar;

use actix_web::{HttpResponse, ResponseError as _, http::header, web::Json};
use serde::Serialize;

use crate::endpoint::Contract;

pub(crate) const NAME: &str = "account";

/// The contract's endpoints.
pub(crate) fn contract() -> Contract {
    Contract {
        name: NAME,
        title: "Account profiles",
        description: "Trading accounts: their holders, and the customers who own them, read and change their profile.",
        endpoints: vec![
            get_account::endpoint(),
            update_account_profile::endpoint(),
            get_customer::endpoint(),
            upload_avatar::endpoint(),
            get_file::endpoint(),
        ],
        headers: &[],
        failure_body: error::schema,
        method_not_allowed: |_| error::AccountError::from(error::METHOD_NOT_ALLOWED).error_response(),
    }
}

pub(crate) fn unknown_path() -> HttpResponse {
    error::AccountError::from(error::UNKNOWN_PATH).error_response()
}

/// A success body: the bare object, and personal, so no cache may keep it.
fn answer(body: impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(Json(body))
}
