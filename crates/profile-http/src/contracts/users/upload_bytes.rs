//! `PUT /uploads/{token}` (section 8): the bytes of an announced file. The address is the credential.

use std::pin::pin;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, EntityTag},
    },
    web,
};
use futures_util::StreamExt as _;
use profile_domain::users::PICTURE_MAX_BYTES;
use profile_usecases::users::{Receiving, admit_bytes};

use super::{
    NAME,
    error::{
        BAD_REQUEST, FORBIDDEN, INTERNAL, RATE_LIMIT, REPEATED, TOO_LARGE, TOO_SLOW, UNAVAILABLE, UsersError,
    },
    file::MEDIA_TYPES,
    request::MAX_REQUESTS_PER_MINUTE,
    response::Answered,
};
use crate::{
    State,
    body_deadline::{Cut, UPLOAD, paced},
    endpoint::{Body, Endpoint},
    headers::{content_length, origin, pairs},
    parameter::{Parameter, any_text},
};

const OPERATION: &str = "upload_bytes";

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        protected: false,
        parameters: vec![
            Parameter::path("token", "The part of upload_url that names the file.", any_text),
            Parameter::query("sig", "The seal of upload_url.", any_text),
        ],
        request: Body::Binary(&MEDIA_TYPES),
        failures: vec![
            BAD_REQUEST,
            FORBIDDEN,
            TOO_SLOW,
            REPEATED,
            TOO_LARGE,
            RATE_LIMIT,
            INTERNAL,
            UNAVAILABLE,
        ],
        ..Endpoint::new(
            Method::PUT,
            OPERATION,
            &["/uploads/{token}", "/api/v1/uploads/{token}"],
            "Send the bytes of an announced file to its upload_url",
            |route| route.to(put),
        )
    }
}

async fn put(
    request: HttpRequest,
    token: web::Path<String>,
    payload: web::Payload,
    state: web::Data<State>,
) -> Answered {
    let pairs = pairs(&request);
    let seal = pairs.iter().find(|(name, _)| name == "sig").map_or("", |(_, seal)| seal);
    let mut types = request.headers().get_all(CONTENT_TYPE);
    let content_type = types.next().and_then(|value| value.to_str().ok());
    let announced = content_length(request.headers());
    let receiving = admit_bytes(&state.ports, &token, seal, content_type).await?;
    let counted = state.rate_limit.count(OPERATION, receiving.owner(), MAX_REQUESTS_PER_MINUTE).await;
    counted.map_err(UsersError::too_many)?;
    let origin = origin(&request, NAME);
    if announced.is_some_and(|length| length > PICTURE_MAX_BYTES) {
        return Err(receiving.refuse_as_too_large(&origin).await.into());
    }
    let content = receive(receiving, payload).await?.finish(origin).await?;
    let tag = EntityTag::new_strong(content).to_string();
    Ok(HttpResponse::Ok().insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, "no-store")).finish())
}

/// Receives the bytes to their end, or to the first one too many.
async fn receive(mut receiving: Receiving, payload: web::Payload) -> Result<Receiving, UsersError> {
    let mut pieces = pin!(paced(payload, UPLOAD, u64::MAX));
    while let Some(piece) = pieces.next().await {
        match piece {
            Ok(piece) => {
                if let Err(error) = receiving.write(piece).await {
                    receiving.abandon().await;
                    return Err(UsersError::unexpected(UNAVAILABLE, &error));
                }
                if receiving.is_too_large() {
                    break;
                }
            }
            Err(cut) => {
                receiving.abandon().await;
                return Err(match cut {
                    Cut::Slow => TOO_SLOW.into(),
                    Cut::TooLarge | Cut::Broken => UsersError::because(BAD_REQUEST, "The body broke off."),
                });
            }
        }
    }
    Ok(receiving)
}
