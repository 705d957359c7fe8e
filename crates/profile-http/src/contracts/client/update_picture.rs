//! `POST /client/profile/picture` (section 4): a form with one file, which replaces the picture before.

use std::pin::Pin;

use actix_multipart::{Multipart, MultipartError};
use actix_web::{HttpRequest, HttpResponse, error::PayloadError, http::Method, web};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use profile_usecases::{
    begin_upload,
    client::{admit_change, update_picture},
};
use schemars::json_schema;
use serde_json::{Value, json};

use super::{
    NAME,
    envelope::answer,
    error::{ClientFault, INVALID, TOO_LARGE, TOO_SLOW, UNSUPPORTED, with_body},
    exchange::caller,
    schema,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    headers::{content_length, media_type, origin},
    links::picture_url,
    pace::{UPLOAD, paced},
};

/// Most bytes of a picture, and of the whole request.
const PICTURE_LIMIT: usize = 5 * 1024 * 1024;
const REQUEST_LIMIT: u64 = PICTURE_LIMIT as u64 + 64 * 1024;

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "update_picture",
        method: Method::POST,
        paths: &["/client/profile/picture", "/v1/client/profile/picture"],
        summary: "Upload a picture, which replaces the one before",
        protected: true,
        parameters: vec![],
        request: Body::Multipart(|_| {
            json_schema!({
                "type": "object",
                "required": ["file"],
                "properties": { "file": { "type": "string", "format": "binary" } },
            })
        }),
        success: Body::Json(|_| schema::success(&json!({ "type": "string" }))),
        bodiless: &[],
        failures: with_body(&[]),
        handler: |route| route.to(post),
    }
}

async fn post(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    answer(&request, run(&request, payload, &state).await)
}

async fn run(request: &HttpRequest, payload: web::Payload, state: &State) -> Result<Vec<Value>, ClientFault> {
    if content_length(request.headers()).is_some_and(|length| length > REQUEST_LIMIT) {
        return Err(TOO_LARGE.into());
    }
    if media_type(request.headers()).as_deref() != Some("multipart/form-data") {
        return Err(UNSUPPORTED.into());
    }
    let acting = caller(request, state).await?;
    let admitted = admit_change(&state.core, acting).await?;
    let _slot = begin_upload(&state.core, &admitted.actor(), PICTURE_LIMIT as u64).await?;
    let bytes = read_file(request, payload).await?;
    // The states of a client before and after make it large.
    let name = Box::pin(update_picture(&state.core, admitted, bytes, &origin(request, NAME))).await?;
    Ok(vec![picture_url(&name, &state.public_url).into()])
}

/// The bytes of the only part, which is called `file`.
async fn read_file(request: &HttpRequest, payload: web::Payload) -> Result<Bytes, ClientFault> {
    let one = || ClientFault::because(INVALID, "file is invalid: expected exactly one part, called file");
    let pieces: Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>> =
        Box::pin(paced(payload, UPLOAD, REQUEST_LIMIT).map_err(PayloadError::from));
    let mut parts = Multipart::new(request.headers(), pieces);
    let mut file: Option<BytesMut> = None;
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|error| damaged(&error))?;
        if part.name() != Some("file") || file.is_some() {
            return Err(one());
        }
        let bytes = file.insert(BytesMut::new());
        while let Some(piece) = part.next().await {
            bytes.extend_from_slice(&piece.map_err(|error| damaged(&error))?);
            if bytes.len() > PICTURE_LIMIT {
                return Err(TOO_LARGE.into());
            }
        }
    }
    file.map(BytesMut::freeze).ok_or_else(|| ClientFault::because(INVALID, "file is required"))
}

fn damaged(error: &MultipartError) -> ClientFault {
    match error {
        MultipartError::Payload(PayloadError::Overflow) => TOO_LARGE.into(),
        MultipartError::Payload(PayloadError::Incomplete(None)) => TOO_SLOW.into(),
        _ => ClientFault::because(INVALID, "body is invalid: expected a form"),
    }
}
