//! `PATCH /users/{id}`, where the id may be a username or `me` (section 4).

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::users::Family;
use profile_usecases::users::{Which, admit_update, update_user};
use serde_json::{Map, Value};

use super::{
    NAME,
    account_parameter::{in_body, in_query},
    body::{parse_object, read_body},
    error::{COMMON, NOT_FOUND, TOO_LARGE, TOO_SLOW, UNSUPPORTED, UsersError},
    exchange::Exchange,
    get_user, patch_body,
    shape::{self, Private},
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    headers::{media_type, origin, pairs},
};

const OPERATION: &str = "update_user";

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: OPERATION,
        method: Method::PATCH,
        paths: &["/users/{id}", "/api/v1/users/{id}"],
        summary: "Change a user's global profile, or what one account shows over it",
        protected: true,
        parameters: vec![],
        request: Body::OptionalJson(patch_body::schema),
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
    let exchange = Exchange::begin(&request, &state, OPERATION).await?;
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
    let (patch, choices) = patch_body::read(&body, family, target.is_on_account())?;
    let view = update_user(core, credential, target, patch, &choices, &origin(request, NAME))
        .await
        .map_err(exchange.refused())?;
    Ok(shape::user(&view, &Private::default(), exchange.version, &state.public_url))
}

async fn read_object(request: &HttpRequest, payload: web::Payload) -> Result<Map<String, Value>, UsersError> {
    parse_object(&read_body(request, payload).await?, media_type(request.headers()).as_deref())
}
