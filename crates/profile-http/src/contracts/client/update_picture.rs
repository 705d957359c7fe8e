//! `POST /client/profile/picture` (section 4): a form with one file, which replaces the picture before.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use bytes::{Bytes, BytesMut};
use profile_usecases::{begin_upload, client::update_picture};
use schemars::{JsonSchema, json_schema};
use serde::Serialize;

use super::{
    error::{ClientError, INVALID, TOO_LARGE, with_body},
    request::{ChangeContext, RequestContext},
    response::{items, respond},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    links::picture_url,
    multipart::{Form, check_headers},
};

/// Most bytes of a picture, and of the whole request.
const MAX_PICTURE_BYTES: usize = 5 * 1024 * 1024;
const MAX_REQUEST_BYTES: u64 = MAX_PICTURE_BYTES as u64 + 64 * 1024;

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        request: Body::Multipart(|_| {
            json_schema!({
                "type": "object",
                "required": ["file"],
                "properties": { "file": { "type": "string", "format": "binary" } },
            })
        }),
        success: items::<PictureUrl>(),
        failures: with_body(&[]),
        ..Endpoint::new(
            Method::POST,
            "update_picture",
            &["/client/profile/picture", "/v1/client/profile/picture"],
            "Upload a picture, which replaces the one before",
            |route| route.to(post),
        )
    }
}

/// The address of the picture.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(rename = "ClientPicture", extend("format" = "uri"))]
struct PictureUrl(String);

async fn post(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    respond(&request, upload(&request, payload, &state).await)
}

async fn upload(
    request: &HttpRequest,
    payload: web::Payload,
    state: &State,
) -> Result<[PictureUrl; 1], ClientError> {
    check_headers(request, MAX_REQUEST_BYTES)?;
    let context = RequestContext::begin(request, state).await?;
    let ChangeContext { admitted, origin } = context.admit_change(state).await?;
    let _slot = begin_upload(&state.ports, &admitted.actor(), MAX_PICTURE_BYTES as u64).await?;
    let bytes = read_file(request, payload).await?;
    // The states of a client before and after make it large.
    let name = Box::pin(update_picture(&state.ports, admitted, bytes, &origin)).await?;
    Ok([PictureUrl(picture_url(&name, &state.public_url))])
}

/// Returns the bytes of the only part, which is called `file`.
async fn read_file(request: &HttpRequest, payload: web::Payload) -> Result<Bytes, ClientError> {
    let one = || ClientError::because(INVALID, "file is invalid: expected exactly one part, called file");
    let mut form = Form::read(request, payload, MAX_REQUEST_BYTES);
    let mut file: Option<BytesMut> = None;
    while let Some(mut part) = form.next_part().await? {
        if part.name() != Some("file") || file.is_some() {
            return Err(one());
        }
        let bytes = file.insert(BytesMut::new());
        while let Some(piece) = part.next_piece().await? {
            bytes.extend_from_slice(&piece);
            if bytes.len() > MAX_PICTURE_BYTES {
                return Err(TOO_LARGE.into());
            }
        }
    }
    file.map(BytesMut::freeze).ok_or_else(|| ClientError::because(INVALID, "file is required"))
}
