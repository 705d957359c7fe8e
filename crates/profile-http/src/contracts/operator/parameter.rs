//! The parameters that several calls of the operator API read.

use profile_domain::change::RecordKind;
use schemars::{Schema, SchemaGenerator, json_schema};

use super::reason::reason_schema;
use crate::parameter::{Parameter, any_text};

pub(super) const KIND: Parameter = Parameter::path("kind", "The kind of the record.", kind_schema);
pub(super) const KEY: Parameter = Parameter::path(
    "key",
    "The record's key within the kind; one of two parts has a colon between them.",
    any_text,
);
pub(super) const PERSON: Parameter = Parameter::path("person", "The person.", uuid_schema);
pub(super) const KEY_ID: Parameter = Parameter::path("id", "The key's id.", any_text);
pub(super) const SUBSCRIPTION_ID: Parameter = Parameter::path("id", "The subscription's id.", any_text);
pub(super) const LIMIT: Parameter =
    Parameter::query("limit", "Most items of the answer; 50 unless given.", limit_schema);
pub(super) const CURSOR: Parameter =
    Parameter::query("cursor", "`next` of the answer before, to go on from there.", any_text);
pub(super) const INCLUDE: Parameter =
    Parameter::query("include", "`chain` adds what the digest of each change is made of.", chain_schema);
pub(super) const DRY_RUN: Parameter = Parameter::query(
    "dry_run",
    "Checks everything and answers as the real call would; nothing is kept.",
    flag_schema,
);
pub(super) const REASON: Parameter =
    Parameter::query("reason", "Why; 3 to 500 characters.", |_| reason_schema()).required();
pub(super) const IF_MATCH: Parameter = Parameter::header(
    "If-Match",
    "Entity tags of the versions of which the record must be at one.",
    any_text,
);
pub(super) const IF_NONE_MATCH: Parameter =
    Parameter::header("If-None-Match", "Always `*`: the record must not be there.", star_schema);
pub(super) const IDEMPOTENCY_KEY: Parameter = Parameter::header(
    "Idempotency-Key",
    "The caller's own name for this call, 1 to 255 characters from ! to ~: a copy gets the same answer, and changes \
     nothing again. A dry run does not look at it.",
    any_text,
);

pub(super) fn kind_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": RecordKind::ALL.map(RecordKind::name) })
}

pub(super) fn uuid_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "uuid" })
}

fn limit_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "minimum": 1, "maximum": 200, "default": 50 })
}

fn chain_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["chain"] })
}

pub(super) fn flag_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "boolean", "default": false })
}

fn star_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": ["*"] })
}

pub(super) fn instant_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "date-time" })
}

pub(super) fn version_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "minimum": 1 })
}
