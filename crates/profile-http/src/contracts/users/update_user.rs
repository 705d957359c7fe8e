//! `PATCH /users/{id}`, where the id may be a username or `me` (section 4).

use actix_web::{HttpRequest, http::Method, web};
use profile_domain::users::{BusinessId, Family};
use profile_usecases::users::{UserSelector, admit_update, update_user};
use schemars::SchemaGenerator;
use serde_json::{Map, Value};

use super::{
    NAME,
    error::{COMMON, NOT_FOUND, TOO_LARGE, TOO_SLOW, UNSUPPORTED, UsersError},
    parameter::{ACCOUNTS, USER},
    patch_body,
    request::{RequestContext, account_in_body, account_in_query, parse_object, read_body},
    response::{Answered, answer},
    user::{Private, User},
    versions::Shape,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    headers::{media_type, origin, pairs},
};

const OPERATION: &str = "update_user";

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: [USER].into_iter().chain(ACCOUNTS).collect(),
        request: Body::OptionalJson(patch_body::schema),
        success: Body::Json(SchemaGenerator::subschema_for::<User>),
        failures: COMMON.into_iter().chain([NOT_FOUND, TOO_SLOW, TOO_LARGE, UNSUPPORTED]).collect(),
        ..Endpoint::new(
            Method::PATCH,
            OPERATION,
            &["/users/{id}", "/api/v1/users/{id}"],
            "Change a user's global profile, or what one account shows over it",
            |route| route.to(patch),
        )
    }
}

async fn patch(
    request: HttpRequest,
    id: web::Path<String>,
    payload: web::Payload,
    state: web::Data<State>,
) -> Answered {
    let context = RequestContext::begin(&request, &state, OPERATION).await?;
    answer(context.version, update(&request, payload, &UserSelector::parse(&id), &state, &context).await)
}

/// The oldest version names the account in the body, so there the body is read before the account is checked.
async fn update(
    request: &HttpRequest,
    payload: web::Payload,
    which: &UserSelector,
    state: &State,
    context: &RequestContext,
) -> Result<User, UsersError> {
    let (ports, credential, family) = (&state.ports, &context.credential, context.family());
    which.check_own(credential).map_err(context.refused())?;
    let pairs = pairs(request);
    let admit = async |account: Option<BusinessId>| {
        admit_update(ports, credential, which, account.as_ref()).await.map_err(context.refused())
    };
    let (target, body) = if family == Family::V2025_01_01 {
        let body = read_object(request, payload).await?;
        let account = account_in_body(account_in_query(&pairs, family)?, &body, family)?;
        (admit(account).await?, body)
    } else {
        let target = admit(account_in_query(&pairs, family)?).await?;
        let body = read_object(request, payload).await?;
        account_in_body(None, &body, family)?;
        (target, body)
    };
    let (patch, choices) = patch_body::read(&body, family, target.is_on_account())?;
    let view = update_user(ports, credential, target, patch, &choices, &origin(request, NAME))
        .await
        .map_err(context.refused())?;
    Ok(User::new(&view, &Private::default(), Shape::of(context.version), &state.public_url))
}

async fn read_object(request: &HttpRequest, payload: web::Payload) -> Result<Map<String, Value>, UsersError> {
    parse_object(&read_body(request, payload).await?, media_type(request.headers()).as_deref())
}
