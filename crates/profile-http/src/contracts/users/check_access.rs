//! `GET /users/{id}/access/{resource_id}` (section 4).

use actix_web::{HttpRequest, web};
use profile_domain::users::AccessLevel;
use profile_usecases::users::{UserSelector, check_access};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    error::{COMMON, NOT_FOUND},
    parameter::{USER, business_id},
    request::RequestContext,
    response::{Answered, answer},
};
use crate::{State, endpoint::Endpoint, parameter::Parameter};

const OPERATION: &str = "check_access";

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![
            USER,
            Parameter::path("resource_id", "The account that the question is about.", business_id),
        ],
        ..Endpoint::read_as::<Access>(
            OPERATION,
            &["/users/{id}/access/{resource_id}", "/api/v1/users/{id}/access/{resource_id}"],
            "Ask what a user may do with a business",
            COMMON.into_iter().chain([NOT_FOUND]).collect(),
            |route| route.to(get),
        )
    }
}

/// What a user may do with an account.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UserAccess")]
struct Access {
    /// False only without any access.
    has_access: bool,
    #[schemars(extend("enum" = [
        AccessLevel::None.name(),
        AccessLevel::Customer.name(),
        AccessLevel::Admin.name(),
    ]))]
    access_level: &'static str,
}

impl From<AccessLevel> for Access {
    fn from(level: AccessLevel) -> Self {
        Self { has_access: level != AccessLevel::None, access_level: level.name() }
    }
}

async fn get(request: HttpRequest, path: web::Path<(String, String)>, state: web::Data<State>) -> Answered {
    let context = RequestContext::begin(&request, &state, OPERATION).await?;
    let (id, resource) = path.into_inner();
    let level = check_access(&state.ports, &context.credential, &UserSelector::parse(&id), &resource).await;
    answer(context.version, level.map(Access::from).map_err(context.refused()))
}
