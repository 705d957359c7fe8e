//! The body of an update (section 4): which members are read, refused and ignored.

use profile_domain::{
    Patch, Text,
    field::Field,
    users::{Family, UserPatch, fields},
};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::error::UsersError;

const PICTURE: &str = "profile_picture";
const BANNER: &str = "banner";

/// What an update asks for; pictures are checked, but nobody can have uploaded one yet.
pub(super) fn read(
    body: &Map<String, Value>,
    family: Family,
    on_account: bool,
) -> Result<UserPatch, UsersError> {
    let mut patch = UserPatch {
        name: text(body, &fields::NAME)?,
        bio: text(body, &fields::BIO)?,
        username: text(body, &fields::USERNAME)?,
    };
    if family == Family::F0 && patch.username == Patch::Null {
        patch.username = Patch::Absent;
    }
    picture(body, PICTURE)?;
    if family >= Family::F3 {
        if on_account && body.contains_key(BANNER) {
            return Err(UsersError::invalid(BANNER, "cannot be overridden by an account"));
        }
        picture(body, BANNER)?;
    }
    Ok(patch)
}

fn text(body: &Map<String, Value>, field: &Field) -> Result<Patch<Text>, UsersError> {
    match body.get(field.name) {
        None => Ok(Patch::Absent),
        Some(Value::Null) => Ok(Patch::Null),
        Some(Value::String(text)) => Text::try_from(text.as_str())
            .map(Patch::Value)
            .map_err(|nul| UsersError::invalid(field.name, &nul.to_string())),
        Some(_) => Err(UsersError::invalid(field.name, "must be a string")),
    }
}

/// `{"id"}` or `{"direct_upload_id"}`, exactly one of them; no upload has either, so both are unknown.
fn picture(body: &Map<String, Value>, name: &'static str) -> Result<(), UsersError> {
    let object = match body.get(name) {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::Object(object)) => object,
        Some(_) => return Err(UsersError::invalid(name, "must be an object")),
    };
    let given: Vec<(&str, &Value)> = ["id", "direct_upload_id"]
        .into_iter()
        .filter_map(|member| object.get(member).map(|value| (member, value)))
        .collect();
    match given.as_slice() {
        [(member, value)] if value.is_string() => {
            let param = format!("{name}.{member}");
            Err(UsersError::parameter("file_not_found", param, "there is no such file"))
        }
        [(member, _)] => {
            let param = format!("{name}.{member}");
            let message = format!("{param} must be a string");
            Err(UsersError::parameter("parameter_invalid", param, message))
        }
        _ => Err(UsersError::invalid(name, "must have either id or direct_upload_id")),
    }
}

/// The schema of the body, from the field catalogue.
pub(super) fn schema(_: &mut SchemaGenerator) -> Schema {
    let text = |field: Field| serde_json::json!({ "type": ["string", "null"], "maxLength": field.max_chars });
    json_schema!({
        "type": "object",
        "properties": {
            "name": text(fields::NAME),
            "bio": text(fields::BIO),
            "username": text(fields::USERNAME),
            "profile_picture": { "type": ["object", "null"] },
            "banner": { "type": ["object", "null"] },
        },
    })
}
