//! The tenant contract: members of a multi-tenant workspace, in wrappers, below versioned paths.

mod envelope;
mod error;
mod exchange;
mod get_profile;
mod list_languages;
mod list_users;
mod page;
mod shape;
mod update_body;
mod update_profile;
mod version;

use actix_web::HttpResponse;

use crate::endpoint::Contract;

pub(crate) const NAME: &str = "tenant";

/// The contract's endpoints.
pub(crate) fn contract() -> Contract {
    Contract {
        name: NAME,
        title: "Workspace members",
        description: "Members of a multi-tenant workspace read and change their own global record.",
        endpoints: vec![
            update_profile::endpoint(),
            get_profile::endpoint(),
            list_languages::endpoint(),
            list_users::endpoint(),
        ],
        parameters: vec![],
        headers: &[("api-supported-versions", "The versions that are offered.")],
        failure_schema: envelope::failure_schema,
        failure_example: envelope::failure_example,
        examples: include_str!("examples.json"),
        method_not_allowed: |request| match version::check(request) {
            Ok(()) => envelope::refused(error::METHOD_NOT_ALLOWED.into()),
            Err(fault) => envelope::refused(fault),
        },
    }
}

/// Whether a path that no route matches is to be answered in the shape of this contract.
pub(crate) fn owns(path: &str) -> bool {
    path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

pub(crate) fn unknown_path() -> HttpResponse {
    envelope::refused(error::NOT_FOUND.into())
}
