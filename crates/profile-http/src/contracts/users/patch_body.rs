//! The body of an update (section 4): which members are read, refused and ignored.

use profile_domain::{
    Patch, Text,
    field::Field,
    users::{Family, UserPatch, fields},
};
use profile_usecases::users::{PictureChoice, PictureChoices};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::{
    error::UsersError,
    parameter::{business_id, file_id},
    request::COMPANY,
};

/// What an update asks for.
pub(super) fn read(
    body: &Map<String, Value>,
    family: Family,
    on_account: bool,
) -> Result<(UserPatch, PictureChoices), UsersError> {
    let mut patch = UserPatch {
        name: text(body, &fields::NAME)?,
        bio: text(body, &fields::BIO)?,
        username: text(body, &fields::USERNAME)?,
        ..UserPatch::default()
    };
    if family == Family::V2025_01_01 && !on_account && patch.username == Patch::Null {
        patch.username = Patch::Absent;
    }
    let mut choices = PictureChoices { picture: picture(body, &fields::PICTURE)?, banner: Patch::Absent };
    if family >= Family::V2026_07_22 {
        if on_account && body.contains_key(fields::BANNER.name) {
            return Err(UsersError::invalid(fields::BANNER.name, "cannot be overridden by an account"));
        }
        choices.banner = picture(body, &fields::BANNER)?;
    }
    Ok((patch, choices))
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

/// `{"id"}` or `{"direct_upload_id"}`, exactly one of them.
fn picture(body: &Map<String, Value>, field: &Field) -> Result<Patch<PictureChoice>, UsersError> {
    let object = match body.get(field.name) {
        None => return Ok(Patch::Absent),
        Some(Value::Null) => return Ok(Patch::Null),
        Some(Value::Object(object)) => object,
        Some(_) => return Err(UsersError::invalid(field.name, "must be an object")),
    };
    let unreadable = |member: &str| {
        let param = format!("{}.{member}", field.name);
        let message = format!("{param} must be a string");
        UsersError::parameter("parameter_invalid", param, message)
    };
    let choice = match (object.get("id"), object.get("direct_upload_id")) {
        (Some(id), None) => PictureChoice::Id(id.as_str().ok_or_else(|| unreadable("id"))?.to_owned()),
        (None, Some(token)) => {
            let token = token.as_str().and_then(|token| Text::try_from(token).ok());
            PictureChoice::DirectUpload(token.ok_or_else(|| unreadable("direct_upload_id"))?)
        }
        _ => return Err(UsersError::invalid(field.name, "must have either id or direct_upload_id")),
    };
    Ok(Patch::Value(choice))
}

/// The schema of the body, from the field catalogue.
pub(super) fn schema(generator: &mut SchemaGenerator) -> Schema {
    let text = |field: &Field, min: u8, meaning: &str| {
        json_schema!({
            "type": ["string", "null"], "minLength": min, "maxLength": field.max_chars(), "description": meaning,
        })
    };
    let by = |name: &str, value: Schema| json_schema!({ "type": "object", "required": [name], "properties": { name: value } });
    let picture = |meaning: &str, generator: &mut SchemaGenerator| {
        let id = by("id", file_id(generator));
        let upload = by("direct_upload_id", json_schema!({ "type": "string" }));
        json_schema!({ "oneOf": [{ "type": "null" }, id, upload], "description": meaning })
    };
    json_schema!({
        "type": "object",
        "description": "An absent member leaves its field as it is. With an account only name and profile_picture.",
        "properties": {
            "name": text(&fields::NAME, 1, "Null removes the name; with an account, its override."),
            "bio": text(&fields::BIO, 0, "Null or blank removes the bio."),
            "username": text(
                &fields::USERNAME,
                1,
                "Letters of ASCII, digits and hyphens, not only hyphens. Null only at 2025-01-01, without effect.",
            ),
            "profile_picture": picture(
                "A ready file, by its id or, once, by its direct_upload_id. Null removes the picture; with an account, its override.",
                generator,
            ),
            "banner": picture("As profile_picture; ignored before 2026-07-22.", generator),
            COMPANY: {
                "type": "string",
                "pattern": business_id(generator).get("pattern"),
                "description": "The account, at 2025-01-01 only; later versions reject it.",
            },
        },
    })
}
