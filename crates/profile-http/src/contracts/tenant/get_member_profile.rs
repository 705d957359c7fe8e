//! `GET /api/sys/v1/account/get_profile` (section 4): a member reads the own record.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_usecases::tenant::get_member_profile;

use super::{
    error::{COMMON, TenantError},
    member::MemberItem,
    request::RequestContext,
    response::{one, one_of},
    version,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "get_member_profile",
        method: Method::GET,
        paths: &["/api/sys/{version}/account/get_profile"],
        summary: "Read the own record",
        protected: true,
        parameters: vec![version::PARAMETER],
        request: Body::Empty,
        success: one_of::<MemberItem>(),
        bodiless: &[],
        failures: COMMON.to_vec(),
        handler: |route| route.to(get),
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, TenantError> {
    let claims = RequestContext::begin(&request, &state).await?.claims;
    Ok(one(MemberItem::from(get_member_profile(&state.ports, claims).await?)))
}
