//! The account contract: trading accounts, their holders and the customers who own them.

mod error;
mod get_account;
mod get_customer;
mod get_file;
mod profile_body;
mod request;
mod response;
mod update_account_profile;
mod upload_avatar;

use actix_web::{HttpResponse, ResponseError as _};

use schemars::SchemaGenerator;

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
        parameters: vec![],
        headers: &[],
        failure_schema: SchemaGenerator::subschema_for::<error::ErrorBody<'static>>,
        failure_example: error::example,
        failure_type: "application/json",
        examples: include_str!("examples.json"),
        method_not_allowed: |_| error::AccountError::from(error::METHOD_NOT_ALLOWED).error_response(),
        scope: "",
        exact: false,
        is_token: true,
    }
}

pub(crate) fn unknown_path() -> HttpResponse {
    error::AccountError::from(error::UNKNOWN_PATH).error_response()
}

pub(crate) fn unavailable() -> HttpResponse {
    error::AccountError::from(error::UNAVAILABLE).error_response()
}
