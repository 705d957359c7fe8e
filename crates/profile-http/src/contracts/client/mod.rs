//! The client contract: the records of a regulated broker's clients, each in an envelope with `meta`.

mod accept_terms;
mod address;
mod assessment;
mod error;
mod get_accounts;
mod get_countries;
mod get_login_history;
mod get_onboarding_status;
mod get_status;
mod get_system_status;
mod get_total_balance;
mod imported;
mod meta;
mod profile;
mod record;
mod request;
mod response;
mod tax;
mod update_picture;

use actix_web::{HttpRequest, HttpResponse};
use schemars::SchemaGenerator;

use self::error::ClientError;
use crate::{
    endpoint::Contract,
    parameter::{Parameter, any_text},
};

pub(crate) const NAME: &str = "client";

/// The contract's endpoints.
pub(crate) fn contract() -> Contract {
    let records = [profile::endpoints(), address::endpoints(), tax::endpoints(), assessment::endpoints()];
    Contract {
        name: NAME,
        title: "Client profiles",
        description: "What a regulated broker must hold of a client before any trading.",
        endpoints: records
            .into_iter()
            .flatten()
            .chain([
                update_picture::endpoint(),
                accept_terms::endpoint(),
                get_accounts::endpoint(),
                get_total_balance::endpoint(),
                get_status::endpoint(),
                get_system_status::endpoint(),
                get_onboarding_status::endpoint(),
                get_login_history::endpoint(),
                get_countries::endpoint(),
            ])
            .collect(),
        parameters: vec![Parameter::header(
            "x-client-id",
            "A key that exempts the caller from the rate limit; never whose records are meant.",
            any_text,
        )],
        headers: &[],
        failure_schema: SchemaGenerator::subschema_for::<error::ErrorBody<'static>>,
        failure_example: error::example,
        failure_type: "application/json",
        examples: include_str!("examples.json"),
        method_not_allowed: |request| ClientError::from(error::METHOD_NOT_ALLOWED).respond(request),
        scope: "",
        exact: false,
        is_token: true,
    }
}

/// Whether a path that no route matches is to be answered in the shape of this contract.
pub(crate) fn owns(path: &str) -> bool {
    ["/client", "/countries", "/v1"]
        .iter()
        .any(|root| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

pub(crate) fn unknown_path(request: &HttpRequest) -> HttpResponse {
    ClientError::from(error::UNKNOWN_PATH).respond(request)
}

pub(crate) fn unavailable(request: &HttpRequest) -> HttpResponse {
    ClientError::from(error::UNAVAILABLE).respond(request)
}
