//! `POST /files` (section 8): announces a file; the answer says where its bytes are sent to.

use actix_web::{
    HttpRequest,
    http::{Method, StatusCode},
    web,
};
use profile_domain::{
    Text,
    media::base_name,
    users::{Upload, VersionDate, Visibility, fields},
};
use profile_usecases::users::{NewUpload, create_upload};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::{
    NAME,
    error::{COMMON, TOO_LARGE, TOO_SLOW, UNSUPPORTED, UsersError},
    file::{File, default_visibility},
    idempotency::{self, KeyedRequest, answer_once},
    request::{RequestContext, parse_object, read_body},
    response::Answered,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    headers::{media_type, origin},
};

const OPERATION: &str = "create_upload";

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![idempotency::PARAMETER],
        request: Body::Json(request_schema),
        success: Body::Json(SchemaGenerator::subschema_for::<File>),
        failures: COMMON.into_iter().chain([TOO_SLOW, TOO_LARGE, UNSUPPORTED]).collect(),
        ..Endpoint::new(
            Method::POST,
            OPERATION,
            &["/files", "/api/v1/files"],
            "Announce a file; its bytes go by PUT to upload_url, with upload_headers",
            |route| route.to(post),
        )
    }
}

fn request_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "required": ["filename"],
        "properties": {
            "filename": {
                "type": "string",
                "minLength": 1,
                "maxLength": fields::FILENAME.max_chars(),
                "pattern": "^[^/\\u0000]+$",
                "description": "Its extension decides the content type; folders before backslashes are removed.",
            },
            "visibility": {
                "type": ["string", "null"],
                "enum": ["public", "private", null],
                "description": "Who may read the file; `private` unless said otherwise, before 2026-08-21-1 `public`.",
            },
            "byte_size": {
                "type": ["integer", "null"],
                "minimum": 0,
                "description": "Bytes that will be sent; rejected at once if the owner may not store as many.",
            },
            "multipart": { "type": ["boolean", "null"], "description": "Not offered: true is rejected." },
        },
    })
}

async fn post(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> Answered {
    let context = RequestContext::begin(&request, &state, OPERATION).await?;
    let version = context.version;
    let body = read_body(&request, payload).await.map_err(|error| error.at(version))?;
    let keyed = KeyedRequest::read(&request, &context, &body, &*state.ports.keyed_hash)?;
    let new = parse_object(&body, media_type(request.headers()).as_deref())
        .and_then(|object| read(&object, version));
    let origin = origin(&request, NAME);
    let State { ports, public_url, .. } = &**state;
    let create = async |keyed: Option<&KeyedRequest>| {
        let mut body = String::new();
        let stored = |upload: &Upload| {
            let file = File::new(upload, version, ports, public_url, true);
            body = serde_json::to_string(&file).unwrap_or_default();
            Some(keyed?.response(StatusCode::OK, body.clone(), ports.clock.now()))
        };
        create_upload(ports, &context.credential, new?, &origin, stored).await.map_err(context.refused())?;
        Ok(body)
    };
    answer_once(&state, keyed, version, create).await
}

fn read(body: &Map<String, Value>, version: VersionDate) -> Result<NewUpload, UsersError> {
    let filename = match body.get("filename") {
        Some(Value::String(name)) => filename(name)?,
        None | Some(Value::Null) => {
            let message = "filename is required";
            return Err(UsersError::parameter("parameter_missing", "filename", message));
        }
        Some(_) => return Err(UsersError::invalid("filename", "must be a string")),
    };
    let visibility = match body.get("visibility") {
        None | Some(Value::Null) => default_visibility(version),
        Some(value) => value
            .as_str()
            .and_then(Visibility::from_name)
            .ok_or_else(|| UsersError::invalid("visibility", "must be public or private"))?,
    };
    let byte_size = match body.get("byte_size") {
        None | Some(Value::Null) => None,
        Some(size) if size.is_u64() => size.as_u64(),
        Some(_) => return Err(UsersError::invalid("byte_size", "must be a whole number of bytes")),
    };
    match body.get("multipart") {
        None | Some(Value::Null | Value::Bool(false)) => {}
        Some(Value::Bool(true)) => return Err(UsersError::invalid("multipart", "is not offered")),
        Some(_) => return Err(UsersError::invalid("multipart", "must be true or false")),
    }
    let guess = mime_guess::from_path(filename.as_str()).first_raw();
    let content_type = guess.unwrap_or("application/octet-stream").to_owned();
    Ok(NewUpload { filename, content_type, visibility, byte_size })
}

fn filename(name: &str) -> Result<Text, UsersError> {
    let broken = |problem: &str| UsersError::invalid("filename", problem);
    if name.is_empty() {
        return Err(broken("must not be empty"));
    }
    if name.contains('/') {
        return Err(broken("must not contain a slash"));
    }
    let name = Text::try_from(name).map_err(|nul| broken(&nul.to_string()))?;
    fields::FILENAME.clean(name.as_str()).map_err(|fault| {
        broken(&profile_domain::BrokenRule { field: fields::FILENAME, fault }.in_words().problem)
    })?;
    // The folders of another system are nobody's business.
    let base = base_name(name.as_str()).ok_or_else(|| broken("must be a name"))?;
    Text::try_from(base).map_err(|nul| broken(&nul.to_string()))
}
