//! `DTO_user_update` (section 4.1): six members are read, whatever else the body carries.

use profile_domain::tenant::{MemberPatch, fields};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::error::{Broken, INVALID_TYPE, REQUIRED, TenantError};
use crate::{failure::Failure, field_schema};

/// Reads the members; reports every one of the wrong type, in the documented order.
pub(super) fn read(body: &Map<String, Value>) -> Result<MemberPatch, TenantError> {
    let mut broken = Vec::new();
    let language_id = language(body, &mut broken);
    let email = text(body, fields::EMAIL.name, &mut broken);
    let given_name = text(body, fields::GIVEN_NAME.name, &mut broken);
    let family_name = text(body, fields::FAMILY_NAME.name, &mut broken);
    let display_absolute_time = flag(body, fields::DISPLAY_ABSOLUTE_TIME.name, &mut broken);
    let password_validation = text(body, fields::PASSWORD_VALIDATION.name, &mut broken);
    if broken.is_empty() {
        return Ok(MemberPatch {
            language_id,
            email,
            given_name,
            family_name,
            display_absolute_time,
            password_validation,
        });
    }
    Err(broken.into())
}

fn say(broken: &mut Vec<Broken>, failure: Failure, field: &'static str) {
    broken.push(Broken { failure, field: Some(field) });
}

fn text(body: &Map<String, Value>, name: &'static str, broken: &mut Vec<Broken>) -> Option<String> {
    match body.get(name) {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) => return Some(text.clone()),
        Some(_) => say(broken, INVALID_TYPE, name),
    }
    None
}

fn flag(body: &Map<String, Value>, name: &'static str, broken: &mut Vec<Broken>) -> Option<bool> {
    match body.get(name) {
        None | Some(Value::Null) => {}
        Some(Value::Bool(flag)) => return Some(*flag),
        Some(_) => say(broken, INVALID_TYPE, name),
    }
    None
}

fn language(body: &Map<String, Value>, broken: &mut Vec<Broken>) -> Option<i32> {
    const ID: &str = "language.id";
    let object = match body.get(fields::LANGUAGE.name) {
        None | Some(Value::Null) => return None,
        Some(Value::Object(object)) => object,
        Some(_) => {
            say(broken, INVALID_TYPE, fields::LANGUAGE.name);
            return None;
        }
    };
    match object.get("id") {
        None | Some(Value::Null) => say(broken, REQUIRED, ID),
        Some(id) => match id.as_i64().and_then(|id| i32::try_from(id).ok()) {
            Some(id) => return Some(id),
            None => say(broken, INVALID_TYPE, ID),
        },
    }
    None
}

/// The schema of the body, from the field catalogue.
pub(super) fn schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "properties": {
            "language": {
                "type": ["object", "null"],
                "required": ["id"],
                "properties": { "id": { "type": "integer", "format": "int32" } },
            },
            "email": field_schema::optional_text(&fields::EMAIL),
            "given_name": field_schema::optional_text(&fields::GIVEN_NAME),
            "family_name": field_schema::optional_text(&fields::FAMILY_NAME),
            "display_absolute_time": { "type": ["boolean", "null"] },
            // A limit that holds only beside an address is none of the schema's.
            "password_validation": {
                "type": ["string", "null"],
                "description": format!(
                    "The current password, of at most {} characters; checked only where the e-mail address changes.",
                    fields::PASSWORD_VALIDATION.max_chars().unwrap_or_default(),
                ),
            },
        },
    })
}
