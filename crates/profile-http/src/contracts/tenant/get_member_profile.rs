//! `GET /api/sys/v1/account/get_profile` (section 4): a member reads the own record.

use actix_web::{HttpRequest, HttpResponse, web};
use profile_usecases::tenant::get_member_profile;

use super::{
    error::{COMMON, TenantError},
    member::MemberItem,
    request::RequestContext,
    response::{one, one_of},
    version,
};
use crate::{State, endpoint::Endpoint};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![version::PARAMETER],
        ..Endpoint::read(
            "get_member_profile",
            &["/api/sys/{version}/account/get_profile"],
            "Read the own record",
            one_of::<MemberItem>(),
            COMMON.to_vec(),
            |route| route.to(get),
        )
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, TenantError> {
    let claims = RequestContext::begin(&request, &state).await?.claims;
    Ok(one(MemberItem::from(get_member_profile(&state.ports, claims).await?)))
}
