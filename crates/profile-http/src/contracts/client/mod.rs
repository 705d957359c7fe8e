//! The client contract: the records of a regulated broker's clients, each in an envelope with `meta`.

mod accept_terms;
mod create_address;
mod create_assessment;
mod create_profile;
mod create_tax;
mod envelope;
mod error;
mod exchange;
mod get_accounts;
mod get_address;
mod get_assessment;
mod get_countries;
mod get_login_history;
mod get_onboarding_status;
mod get_profile;
mod get_status;
mod get_system_status;
mod get_tax;
mod get_total_balance;
mod schema;
mod shape;
mod update_address;
mod update_assessment;
mod update_picture;
mod update_profile;
mod update_tax;

use actix_web::{HttpRequest, HttpResponse};

use crate::{
    endpoint::Contract,
    parameter::{Parameter, any_text},
};

pub(crate) const NAME: &str = "client";

/// The contract's endpoints.
pub(crate) fn contract() -> Contract {
    Contract {
        name: NAME,
        title: "Client profiles",
        description: "What a regulated broker must hold of a client before any trading.",
        endpoints: vec![
            create_profile::endpoint(),
            get_profile::endpoint(),
            update_profile::endpoint(),
            update_picture::endpoint(),
            create_address::endpoint(),
            update_address::endpoint(),
            get_address::endpoint(),
            create_tax::endpoint(),
            get_tax::endpoint(),
            update_tax::endpoint(),
            create_assessment::endpoint(),
            update_assessment::endpoint(),
            get_assessment::endpoint(),
            accept_terms::endpoint(),
            get_accounts::endpoint(),
            get_total_balance::endpoint(),
            get_status::endpoint(),
            get_system_status::endpoint(),
            get_onboarding_status::endpoint(),
            get_login_history::endpoint(),
            get_countries::endpoint(),
        ],
        parameters: vec![Parameter::header(
            "x-client-id",
            "A key that exempts the caller from the rate limit; never whose records are meant.",
            any_text,
        )],
        headers: &[],
        failure_schema: schema::failure,
        failure_example: schema::failure_example,
        examples: include_str!("examples.json"),
        method_not_allowed: |request| envelope::refused(request, error::METHOD_NOT_ALLOWED),
    }
}

/// Whether a path that no route matches is to be answered in the shape of this contract.
pub(crate) fn owns(path: &str) -> bool {
    ["/client", "/countries", "/v1"]
        .iter()
        .any(|root| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

pub(crate) fn unknown_path(request: &HttpRequest) -> HttpResponse {
    envelope::refused(request, error::UNKNOWN_PATH)
}
