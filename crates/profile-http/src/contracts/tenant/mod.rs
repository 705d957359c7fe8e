//! The tenant contract: members of a multi-tenant workspace, in wrappers, below versioned paths.

mod error;
mod get_member_profile;
mod list_languages;
mod list_tenant_users;
mod member;
mod request;
mod response;
mod update_body;
mod update_member_profile;
mod version;

use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError as _, http::header::CACHE_CONTROL};
use schemars::SchemaGenerator;

use self::error::TenantError;
use crate::endpoint::Contract;

pub(crate) const NAME: &str = "tenant";
/// Names the versions that are offered.
const SUPPORTED_VERSIONS: &str = "api-supported-versions";

/// The contract's endpoints.
pub(crate) fn contract() -> Contract {
    Contract {
        name: NAME,
        title: "Workspace members",
        description: "Members of a multi-tenant workspace read and change their own global record.",
        endpoints: vec![
            update_member_profile::endpoint(),
            get_member_profile::endpoint(),
            list_languages::endpoint(),
            list_tenant_users::endpoint(),
        ],
        parameters: vec![],
        headers: &[(SUPPORTED_VERSIONS, "The versions that are offered.")],
        failure_schema: SchemaGenerator::subschema_for::<error::ErrorBody>,
        failure_example: error::example,
        failure_type: "application/json",
        examples: include_str!("examples.json"),
        method_not_allowed: |request| {
            let known = version::check(request).and_then(|()| list_tenant_users::check_path(request));
            known.err().unwrap_or_else(|| error::METHOD_NOT_ALLOWED.into()).error_response()
        },
        scope: "",
        exact: false,
        is_token: true,
    }
}

/// Adds the headers of every answer.
fn with_headers(mut response: HttpResponseBuilder) -> HttpResponseBuilder {
    response.insert_header((SUPPORTED_VERSIONS, "1.0")).insert_header((CACHE_CONTROL, "no-store"));
    response
}

/// Whether a path that no route matches is to be answered in the shape of this contract.
pub(crate) fn owns(path: &str) -> bool {
    path.strip_prefix("/api").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

pub(crate) fn unknown_path() -> HttpResponse {
    TenantError::from(error::NOT_FOUND).error_response()
}

pub(crate) fn unavailable() -> HttpResponse {
    TenantError::from(error::UNAVAILABLE).error_response()
}
