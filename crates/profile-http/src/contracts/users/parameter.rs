//! The parameters that several operations of the contract read, and the schemas of its ids, for the API document.

use profile_domain::users::{BusinessId, UploadId, UserId};
use schemars::{Schema, SchemaGenerator, json_schema};

use super::request::{ACCOUNT, COMPANY};
use crate::parameter::Parameter;

/// The user in a path.
pub(super) const USER: Parameter = Parameter::path(
    "id",
    "The user: an id, a username in any case, or `me` for the user of the credential.",
    |_| {
        let pattern = format!("^({}[A-Za-z0-9]{{13,14}}|[A-Za-z0-9-]{{1,42}})$", UserId::PREFIX);
        json_schema!({ "type": "string", "pattern": pattern })
    },
);

/// The account that a request is about, under both of its names.
pub(super) const ACCOUNTS: [Parameter; 2] = [
    Parameter::query(
        ACCOUNT,
        "The account whose view of the user is read or changed; without it the global profile.",
        business_id,
    ),
    Parameter::query(
        COMPANY,
        "The name of `account_id` at version 2025-01-01; later versions reject it.",
        business_id,
    ),
];

/// The dated version, which every operation with a credential reads.
pub(super) const VERSION: Parameter = Parameter::header(
    "Api-Version-Date",
    "The dated version that request and response are written for: one of the accepted values, such as `2026-10-15-1`. \
     Without it the pin of the API key counts, or `2025-01-01`.",
    |_| json_schema!({ "type": "string", "pattern": "^\\s*[0-9]{4}-[0-9]{2}-[0-9]{2}(-[0-9])?\\s*$" }),
);

pub(super) fn user_id(_: &mut SchemaGenerator) -> Schema {
    id(UserId::PREFIX)
}

pub(super) fn business_id(_: &mut SchemaGenerator) -> Schema {
    id(BusinessId::PREFIX)
}

pub(super) fn file_id(_: &mut SchemaGenerator) -> Schema {
    id(UploadId::PREFIX)
}

fn id(prefix: &str) -> Schema {
    json_schema!({ "type": "string", "pattern": format!("^{prefix}[A-Za-z0-9]{{13,14}}$") })
}
