//! `PUT /api/sys/v1/account/update_profile` (section 4): a member changes the own record.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_usecases::tenant::{admit, update_member_profile};

use super::{
    error::{
        BLANK, BODY_TOO_LARGE, COMMON, EMAIL_ALREADY_IN_USE, INVALID_BODY, INVALID_CHARACTERS, INVALID_EMAIL,
        INVALID_TYPE, LANGUAGE_NOT_FOUND, PASSWORD_VALIDATION_FAILED, PASSWORD_VALIDATION_LOCKED,
        PASSWORD_VALIDATION_REQUIRED, REQUIRED, TOO_LONG, TOO_SLOW, TenantError, UNSUPPORTED_MEDIA_TYPE,
    },
    member::MemberItem,
    request::RequestContext,
    response::{one, one_of},
    update_body, version,
};
use crate::{
    State,
    body::{parse_deep_object, read_json},
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![version::PARAMETER],
        request: Body::Json(update_body::schema),
        success: one_of::<MemberItem>(),
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
        ..Endpoint::new(
            Method::PUT,
            "update_member_profile",
            &["/api/sys/{version}/account/update_profile"],
            "Change the own record; another e-mail address asks for the password",
            |route| route.to(put),
        )
    }
}

async fn put(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, TenantError> {
    let RequestContext { claims, origin } = RequestContext::begin(&request, &state).await?;
    let caller = admit(&state.ports, claims).await?;
    let body = read_json(&request, payload).await?;
    let patch = update_body::read(&parse_deep_object(&body)?.0)?;
    let view = update_member_profile(&state.ports, caller, &patch, &origin).await?;
    Ok(one(MemberItem::from(view)))
}
