//! The users contract: public profiles, what businesses show over them, and the shapes of its dated versions.

mod balance;
mod check_access;
mod create_upload;
mod cursor;
mod error;
mod file;
mod get_content;
mod get_picture;
mod get_placeholder;
mod get_upload;
mod get_user;
mod idempotency;
mod list_users;
mod parameter;
mod patch_body;
mod request;
mod response;
mod update_user;
mod upload_bytes;
mod user;
mod versions;

use actix_web::{HttpResponse, ResponseError as _};

use schemars::SchemaGenerator;

use crate::endpoint::Contract;

pub(crate) const NAME: &str = "users";

/// The contract's endpoints.
pub(crate) fn contract() -> Contract {
    Contract {
        name: NAME,
        title: "User profiles",
        description: "Public profiles with an override for each business, in the shape of a dated version.",
        endpoints: vec![
            list_users::endpoint(),
            get_user::endpoint(),
            update_user::endpoint(),
            check_access::endpoint(),
            create_upload::endpoint(),
            get_upload::endpoint(),
            upload_bytes::endpoint(),
            get_content::endpoint(),
            get_picture::endpoint(),
            get_placeholder::endpoint(),
        ],
        parameters: vec![parameter::VERSION],
        headers: &[("Api-Version-Date", "The dated version that was used.")],
        failure_schema: SchemaGenerator::subschema_for::<error::ErrorBody<'static>>,
        failure_example: error::example,
        failure_type: "application/json",
        examples: include_str!("examples.json"),
        method_not_allowed: |_| error::UsersError::from(error::METHOD_NOT_ALLOWED).error_response(),
        scope: "",
        exact: false,
        is_token: true,
    }
}

/// Whether a path that no route matches is answered in the form of this contract.
pub(crate) fn owns(path: &str) -> bool {
    ["/users", "/files", "/uploads", "/api/v1"]
        .iter()
        .any(|root| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

pub(crate) fn unknown_path() -> HttpResponse {
    error::UsersError::from(error::UNKNOWN_PATH).error_response()
}

pub(crate) fn unavailable() -> HttpResponse {
    error::UsersError::from(error::UNAVAILABLE).error_response()
}
