//! `PUT /api/sys/v1/account/update_profile` (section 4): a member changes the own record.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_usecases::tenant::{admit, update_profile};
use serde_json::Value;

use super::{
    NAME,
    envelope::{one, one_schema},
    error::{
        BLANK, BODY_TOO_LARGE, COMMON, EMAIL_ALREADY_IN_USE, INVALID_BODY, INVALID_CHARACTERS, INVALID_EMAIL,
        INVALID_TYPE, LANGUAGE_NOT_FOUND, PASSWORD_VALIDATION_FAILED, PASSWORD_VALIDATION_LOCKED,
        PASSWORD_VALIDATION_REQUIRED, REQUIRED, TOO_LONG, TOO_SLOW, TenantFault, UNSUPPORTED_MEDIA_TYPE,
    },
    exchange::session,
    shape, update_body,
};
use crate::{
    State,
    body::{parse_deep_object, read_json},
    endpoint::{Body, Endpoint},
    headers::origin,
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "update_profile",
        method: Method::PUT,
        paths: &["/api/sys/{version}/account/update_profile"],
        summary: "Change the own record; another e-mail address asks for the password",
        protected: true,
        parameters: vec![],
        request: Body::Json(update_body::schema),
        success: Body::Json(|_| one_schema()),
        bodiless: &[],
        failures: [
            INVALID_BODY,
            INVALID_TYPE,
            REQUIRED,
            BLANK,
            TOO_LONG,
            INVALID_CHARACTERS,
            INVALID_EMAIL,
            LANGUAGE_NOT_FOUND,
            PASSWORD_VALIDATION_REQUIRED,
            PASSWORD_VALIDATION_FAILED,
            EMAIL_ALREADY_IN_USE,
            PASSWORD_VALIDATION_LOCKED,
            TOO_SLOW,
            BODY_TOO_LARGE,
            UNSUPPORTED_MEDIA_TYPE,
        ]
        .into_iter()
        .chain(COMMON)
        .collect(),
        handler: |route| route.to(put),
    }
}

async fn put(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    one(run(&request, payload, &state).await)
}

async fn run(request: &HttpRequest, payload: web::Payload, state: &State) -> Result<Value, TenantFault> {
    let session = session(request, state).await?;
    let caller = admit(&state.core, session).await?;
    let body = read_json(request, payload).await?;
    let patch = update_body::read(&parse_deep_object(&body)?.0)?;
    let view = update_profile(&state.core, caller, &patch, &origin(request, NAME)).await?;
    Ok(shape::user(&view))
}
