//! The operator API: records of every kind, their history and the people behind them, for those who run the service.

mod change_stream;
mod cloud_event;
mod condition;
mod create_key;
mod create_subscription;
mod cursor;
mod end_record;
mod endpoint;
mod erase_person;
mod error;
mod export_person;
mod feed_query;
mod fields;
mod get_capabilities;
mod get_erasure;
mod get_jwks;
mod get_key;
mod get_person;
mod get_record;
mod get_root;
mod get_schema;
mod get_subscription;
mod hold;
mod import_records;
mod key;
mod list_accesses;
mod list_changes;
mod list_checkpoints;
mod list_deliveries;
mod list_erasures;
mod list_keys;
mod list_person_accesses;
mod list_person_changes;
mod list_record_changes;
mod list_records;
mod list_subscriptions;
mod member;
mod parameter;
mod patch_record;
mod patch_subscription;
mod place_hold;
mod printed;
mod problem_page;
mod put_record;
mod query;
mod reason;
mod record_body;
mod release_hold;
mod remove_subscription;
mod replay_subscription;
mod request;
mod response;
mod revert_record;
mod revoke_key;
mod rotate_subscription_secret;
mod schema;
mod search_persons;
mod search_persons_by_body;
mod shown;
mod subscription;
mod subscription_body;
mod test_subscription;
mod write;

use actix_web::{HttpRequest, HttpResponse};
use schemars::SchemaGenerator;

pub use cloud_event::CloudEvents;
pub use export_person::ArchivePlace;
pub use printed::{
    MalformedReason, checked_reason, exported_change, shown_change, shown_persons, shown_record,
};
pub(crate) use problem_page::{own_problem_page, problem_page};

use crate::endpoint::Contract;

pub(crate) const NAME: &str = "operator";

/// The contract's endpoints.
pub(crate) fn contract() -> Contract {
    Contract {
        name: NAME,
        title: "Operator API",
        description: "Records of every kind, their history and the people behind them, for those who run the service.",
        endpoints: vec![
            get_root::endpoint(),
            list_records::endpoint(),
            get_record::endpoint(),
            patch_record::endpoint(),
            put_record::endpoint(),
            end_record::endpoint(),
            revert_record::endpoint(),
            list_record_changes::endpoint(),
            get_capabilities::endpoint(),
            get_schema::endpoint(),
            search_persons::endpoint(),
            search_persons_by_body::endpoint(),
            get_person::endpoint(),
            list_person_changes::endpoint(),
            export_person::endpoint(),
            place_hold::endpoint(),
            release_hold::endpoint(),
            erase_person::endpoint(),
            get_erasure::endpoint(),
            list_erasures::endpoint(),
            list_changes::endpoint(),
            list_accesses::endpoint(),
            list_person_accesses::endpoint(),
            list_keys::endpoint(),
            get_key::endpoint(),
            create_key::endpoint(),
            revoke_key::endpoint(),
            import_records::endpoint(),
            list_checkpoints::endpoint(),
            get_jwks::endpoint(),
            list_subscriptions::endpoint(),
            get_subscription::endpoint(),
            create_subscription::endpoint(),
            patch_subscription::endpoint(),
            remove_subscription::endpoint(),
            rotate_subscription_secret::endpoint(),
            replay_subscription::endpoint(),
            test_subscription::endpoint(),
            list_deliveries::endpoint(),
        ],
        parameters: Vec::new(),
        headers: &[("X-Request-Id", "The request's id.")],
        failure_schema: SchemaGenerator::subschema_for::<error::Problem>,
        failure_example: error::example,
        failure_type: "application/problem+json",
        examples: include_str!("examples.json"),
        method_not_allowed,
        scope: ROOT,
        exact: true,
        is_token: false,
    }
}

/// What cannot be makes an unknown path, whatever the verb.
fn method_not_allowed(request: &HttpRequest) -> HttpResponse {
    let known = request::check_path(request);
    known.err().unwrap_or_else(|| error::METHOD_NOT_ALLOWED.into()).respond(request)
}

/// What every path begins with.
const ROOT: &str = "/operator/v1";

/// Whether a path that no route matches is answered in the form of this contract.
pub(crate) fn owns(path: &str) -> bool {
    path.strip_prefix("/operator").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

pub(crate) fn unknown_path(request: &HttpRequest) -> HttpResponse {
    error::OperatorError::from(error::NOT_FOUND).respond(request)
}

pub(crate) fn unavailable(request: &HttpRequest) -> HttpResponse {
    error::OperatorError::from(error::UNAVAILABLE).respond(request)
}
