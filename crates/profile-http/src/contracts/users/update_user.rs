//! `PATCH /users/{id}`, where the id may be a username or `me` (section 4).

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::users::Family;
use profile_usecases::users::{Which, admit_update, update_user};
use serde_json::{Map, Value};

use super::{
    NAME,
    account_parameter::{in_body, in_query, pairs},
    error::{COMMON, NOT_FOUND, TOO_LARGE, TOO_SLOW, UNSUPPORTED, UsersError},
    exchange::Exchange,
    get_user, patch_body,
    shape::{self, Private},
};
use crate::{
    State,
    body::{BodyFault, read_bytes},
    endpoint::{Body, Endpoint},
    headers::{media_type, origin},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "update_user",
        method: Method::PATCH,
        paths: &["/users/{id}", "/api/v1/users/{id}"],
        summary: "Change a user's global profile, or what one account shows over it",
        protected: true,
        request: Body::Json(patch_body::schema),
        success: Body::Json(get_user::schema),
        bodiless: &[],
        failures: COMMON.into_iter().chain([NOT_FOUND, TOO_SLOW, TOO_LARGE, UNSUPPORTED]).collect(),
        handler: |route| route.to(patch),
    }
}

async fn patch(
    request: HttpRequest,
    id: web::Path<String>,
    payload: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, UsersError> {
    let exchange = Exchange::begin(&request, &state).await?;
    exchange.end(update(&request, payload, &Which::parse(&id), &state, &exchange).await)
}

/// The oldest version names the account in the body, so there the body is read before the account is looked at.
async fn update(
    request: &HttpRequest,
    payload: web::Payload,
    which: &Which,
    state: &State,
    exchange: &Exchange,
) -> Result<Map<String, Value>, UsersError> {
    let (core, credential, family) = (&state.core, &exchange.credential, exchange.family());
    let pairs = pairs(request);
    let (target, body) = if family == Family::F0 {
        let body = read_object(request, payload).await?;
        let asked = in_body(in_query(&pairs, family)?, &body, family)?;
        let target =
            admit_update(core, credential, which, asked.as_ref()).await.map_err(exchange.refused())?;
        (target, body)
    } else {
        let asked = in_query(&pairs, family)?;
        let target =
            admit_update(core, credential, which, asked.as_ref()).await.map_err(exchange.refused())?;
        let body = read_object(request, payload).await?;
        in_body(None, &body, family)?;
        (target, body)
    };
    let patch = patch_body::read(&body, family, target.is_on_account())?;
    let view = update_user(core, credential, target, patch, &origin(request, NAME))
        .await
        .map_err(exchange.refused())?;
    Ok(shape::user(&view, &Private::default(), exchange.version, &state.public_url))
}

/// A JSON object; nothing at all counts as an empty one, and of two equal names the last one wins.
async fn read_object(request: &HttpRequest, payload: web::Payload) -> Result<Map<String, Value>, UsersError> {
    let bytes = read_bytes(request, payload).await.map_err(|fault| match fault {
        BodyFault::TooLarge => TOO_LARGE.into(),
        BodyFault::Slow => TOO_SLOW.into(),
        BodyFault::MediaType => UNSUPPORTED.into(),
        BodyFault::Syntax => UsersError::invalid_json(),
    })?;
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    if media_type(request.headers()).as_deref() != Some("application/json") {
        return Err(UNSUPPORTED.into());
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) | Err(_) => Err(UsersError::invalid_json()),
    }
}
