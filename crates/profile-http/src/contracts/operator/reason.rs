//! Reasons: why a privileged call is made (operator API page, section 1).

use profile_domain::Text;
pub(super) use profile_domain::catalogue::pointer_token;
pub(super) use profile_usecases::operator::check_reason;
use profile_usecases::operator::{FieldError, Member, Members};
use schemars::{Schema, json_schema};

use super::member::{fault, text};

/// Returns the schema of a reason.
pub(super) fn reason_schema() -> Schema {
    json_schema!({ "type": "string", "minLength": 3, "maxLength": 500 })
}

/// Reads a reason in a body.
pub(super) fn read_reason(value: &Member, pointer: &str) -> Result<Text, FieldError> {
    text(value).and_then(check_reason).map_err(|broken| fault(pointer, broken))
}

/// Reads `cause`, whose one member is a reason; adds what is wrong with it to `faults`.
pub(super) fn read_cause(value: &Member, faults: &mut Vec<FieldError>) -> Option<Text> {
    let members: &Members = match value {
        Member::Object(members) => members,
        Member::Other(_) => {
            faults.push(FieldError::at("/cause", "type"));
            return None;
        }
    };
    let mut reason = None;
    for (name, value) in members {
        if name == "reason" {
            // What may be left out may be null.
            match (value.is_null(), read_reason(value, "/cause/reason")) {
                (true, _) => {}
                (false, Ok(text)) => reason = Some(text),
                (false, Err(fault)) => faults.push(fault),
            }
        } else {
            faults.push(FieldError::at(format!("/cause/{}", pointer_token(name)), "unknown"));
        }
    }
    reason
}
