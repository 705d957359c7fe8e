//! `POST /upload` (section 4.3): a form with a purpose and one file, streamed to the media store.

use actix_web::{HttpRequest, http::Method, web};
use profile_domain::media::{AVATAR_PURPOSE, MediaFile};
use profile_usecases::account::{AvatarFault, AvatarPlace, AvatarUpload, admit_upload, begin_avatar};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use super::{
    NAME,
    error::{
        ACCESS_DENIED, AccountError, INVALID_DATA, NOT_FOUND, PERMISSION_DENIED, TECH_PROBLEM, TOO_FREQUENT,
        TOO_SLOW, UNAVAILABLE, UNFIT_FILE, UPLOAD_TOO_LARGE, WRONG_SIGNATURE,
    },
    request::{Answered, editor},
    response::success,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    headers::origin,
    multipart::{Form, FormError, Part, check_headers},
};

/// Most bytes of a whole request.
const MAX_REQUEST_BYTES: u64 = 32 * 1024 * 1024;
const OPERATION: &str = "upload_avatar";
/// Most uploads a minute of one account or customer.
const MAX_PER_MINUTE: u32 = 120;

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        request: Body::Multipart(form_schema),
        success: Body::Json(schemars::SchemaGenerator::subschema_for::<Uploaded>),
        failures: vec![
            INVALID_DATA,
            UNFIT_FILE,
            WRONG_SIGNATURE,
            PERMISSION_DENIED,
            ACCESS_DENIED,
            NOT_FOUND,
            TOO_SLOW,
            UPLOAD_TOO_LARGE,
            TOO_FREQUENT,
            TECH_PROBLEM,
            UNAVAILABLE,
        ],
        ..Endpoint::new(
            Method::POST,
            OPERATION,
            &["/upload"],
            "Upload an avatar image, to be referenced by an update",
            |route| route.to(post),
        )
    }
}

fn form_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "required": ["purpose", "file"],
        "properties": {
            "purpose": { "type": "string", "enum": [AVATAR_PURPOSE] },
            "file": { "type": "string", "format": "binary" },
        },
    })
}

/// The stored files: always one.
#[derive(Serialize, JsonSchema)]
struct Uploaded {
    uploaded: [UploadedFile; 1],
}

/// A stored file.
#[derive(Serialize, JsonSchema)]
struct UploadedFile {
    uuid: String,
    file_name: String,
    original_name: String,
    content_type: &'static str,
    file_size: u64,
    scope: i32,
    purpose: String,
}

impl From<MediaFile> for UploadedFile {
    fn from(file: MediaFile) -> Self {
        Self {
            uuid: file.uuid.to_string(),
            file_name: file.file_name(),
            content_type: file.content_type(),
            file_size: file.size,
            scope: file.scope.0,
            purpose: file.purpose,
            original_name: file.original_name.into_string(),
        }
    }
}

/// What has been read of the form.
#[derive(Default)]
struct AvatarForm {
    /// Where the file will be stored; `None` once its part has begun.
    place: Option<AvatarPlace>,
    purpose: Option<Vec<u8>>,
    file: Option<AvatarUpload>,
}

async fn post(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> Answered {
    let editor = editor(&request, &state).await?;
    let person = admit_upload(&state.ports, editor).await?;
    state.rate_limit.count(OPERATION, &editor.actor(), MAX_PER_MINUTE).await?;
    let place = begin_avatar(&state.ports, editor, person).await?;
    let mut form = AvatarForm { place: Some(place), ..AvatarForm::default() };
    let upload = match read_form(&request, payload, &state, &mut form).await {
        Ok(()) => form.complete().await?,
        Err(error) => {
            form.abandon().await;
            return Err(error);
        }
    };
    let file = upload.finish(editor, person, origin(&request, NAME)).await?;
    Ok(success(Uploaded { uploaded: [file.into()] }))
}

async fn read_form(
    request: &HttpRequest,
    payload: web::Payload,
    state: &State,
    form: &mut AvatarForm,
) -> Result<(), AccountError> {
    check_headers(request, MAX_REQUEST_BYTES)?;
    let mut parts = Form::read(request, payload, MAX_REQUEST_BYTES);
    while let Some(part) = parts.next_part().await? {
        form.read_part(part, state).await?;
    }
    Ok(())
}

impl AvatarForm {
    async fn read_part(&mut self, mut part: Part, state: &State) -> Result<(), AccountError> {
        let twice = |name| AccountError::because(INVALID_DATA, format!("{name} stands twice"));
        match part.name() {
            Some("purpose") if self.purpose.is_some() => Err(twice("purpose")),
            Some("purpose") => {
                self.purpose = Some(short_text(&mut part).await?);
                Ok(())
            }
            Some("file") if self.file.is_some() => Err(twice("file")),
            Some("file") => {
                let name = part.file_name();
                let place = self.place.take().ok_or_else(|| twice("file"))?;
                let upload = AvatarUpload::new(state.ports.clone(), name.as_deref(), place);
                let file = self.file.insert(upload);
                while let Some(piece) = part.next_piece().await? {
                    file.write(piece).await.map_err(AvatarFault::from)?;
                }
                Ok(())
            }
            _ => {
                while part.next_piece().await?.is_some() {}
                Ok(())
            }
        }
    }

    /// Returns the file, if the form has both parts.
    async fn complete(self) -> Result<AvatarUpload, AccountError> {
        let Self { purpose, file, .. } = self;
        match (purpose, file) {
            (Some(purpose), Some(file)) if purpose == AVATAR_PURPOSE.as_bytes() => Ok(file),
            (_, file) => {
                Self { file, ..Self::default() }.abandon().await;
                let message = format!("the form must have one file and the purpose {AVATAR_PURPOSE}");
                Err(AccountError::because(INVALID_DATA, message))
            }
        }
    }

    async fn abandon(self) {
        if let Some(file) = self.file {
            file.abort().await;
        }
    }
}

/// Returns the text of a part, as far as it can matter: a longer text than the one purpose is another purpose.
async fn short_text(part: &mut Part) -> Result<Vec<u8>, FormError> {
    let mut text = Vec::new();
    while let Some(piece) = part.next_piece().await? {
        if text.len() <= AVATAR_PURPOSE.len() {
            text.extend_from_slice(&piece);
        }
    }
    Ok(text)
}
