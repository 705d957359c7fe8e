//! Members of bodies: how they are read, and what is said where one breaks a rule (operator API page, section 4).

use profile_domain::operator::{LabelError, MAX_LABEL_CHARS, check_label};
use profile_usecases::operator::{FieldError, Member, Members};
use schemars::{Schema, json_schema};
use serde_json::Value as Json;

use super::{error::OperatorError, reason::pointer_token};

/// A broken rule with its limit.
pub(super) type Broken = (&'static str, Option<usize>);

/// Returns the schema of a body whose members are all named here.
pub(super) fn object_schema(required: &[&str], properties: impl Into<Json>) -> Schema {
    let properties = properties.into();
    let mut schema = json_schema!({ "type": "object" });
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema.insert("additionalProperties".to_owned(), false.into());
    schema.insert("properties".to_owned(), properties);
    schema
}

/// Returns the fault of what a pointer names.
pub(super) fn fault(pointer: impl Into<String>, (rule, limit): Broken) -> FieldError {
    FieldError { limit, ..FieldError::at(pointer, rule) }
}

/// Returns the fault of a member of the body itself.
pub(super) fn member_fault(name: &str, broken: Broken) -> FieldError {
    fault(format!("/{}", pointer_token(name)), broken)
}

/// Returns a fault for each member that the body must have and has not.
pub(super) fn missing(members: &Members, required: &[&str]) -> Vec<FieldError> {
    let is_missing = |name: &&&str| !members.iter().any(|(member, _)| member == **name);
    required.iter().filter(is_missing).map(|name| member_fault(name, ("required", None))).collect()
}

/// Reads a text that may not be null.
pub(super) fn text(value: &Member) -> Result<&str, Broken> {
    match value {
        Member::Other(Json::String(text)) => Ok(text),
        Member::Other(Json::Null) => Err(("required", None)),
        _ => Err(("type", None)),
    }
}

/// Reads what operators call a key or a subscription, trimmed; it may be empty.
pub(super) fn label(value: &Member) -> Result<&str, Broken> {
    let label = text(value)?.trim();
    match check_label(label) {
        Ok(()) => Ok(label),
        Err(LabelError::TooLong) => Err(("max_chars", Some(MAX_LABEL_CHARS))),
        Err(LabelError::Malformed) => Err(("format", None)),
    }
}

/// Reads a body with one member, which it must have.
pub(super) fn only_member<T>(
    members: &Members,
    only: &str,
    read: impl Fn(&Member) -> Result<T, Broken>,
) -> Result<T, OperatorError> {
    let (mut found, mut faults) = (None, Vec::new());
    for (member, value) in members {
        let read = if member == only { read(value) } else { Err(("unknown", None)) };
        match read {
            Ok(value) => found = Some(value),
            Err(broken) => faults.push(member_fault(member, broken)),
        }
    }
    faults.extend(missing(members, &[only]));
    match found {
        Some(found) if faults.is_empty() => Ok(found),
        _ => Err(OperatorError::invalid(faults)),
    }
}
