//! `GET /api/sys/v1/account/get_profile` (section 4): a member reads the own record.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_usecases::tenant::get_profile;
use serde_json::Value;

use super::{
    envelope::{one, one_schema},
    error::{COMMON, TenantFault},
    exchange::session,
    shape,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "get_profile",
        method: Method::GET,
        paths: &["/api/sys/{version}/account/get_profile"],
        summary: "Read the own record",
        protected: true,
        parameters: vec![],
        request: Body::Empty,
        success: Body::Json(|_| one_schema()),
        bodiless: &[],
        failures: COMMON.to_vec(),
        handler: |route| route.to(get),
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    one(run(&request, &state).await)
}

async fn run(request: &HttpRequest, state: &State) -> Result<Value, TenantFault> {
    let session = session(request, state).await?;
    Ok(shape::user(&get_profile(&state.core, session).await?))
}
