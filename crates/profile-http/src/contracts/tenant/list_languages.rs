//! `GET /api/sys/v1/languages` (section 4): the languages that members may choose.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_usecases::tenant::list_languages;
use serde_json::Value;

use super::{
    envelope::{many, many_schema},
    error::{COMMON, INVALID_TYPE, OUT_OF_RANGE, TenantFault},
    exchange::session,
    page::Page,
    shape,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    headers::pairs,
};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "list_languages",
        method: Method::GET,
        paths: &["/api/sys/{version}/languages"],
        summary: "Read the languages",
        protected: true,
        parameters: vec![],
        request: Body::Empty,
        success: Body::Json(|_| many_schema()),
        bodiless: &[],
        failures: COMMON.into_iter().chain([INVALID_TYPE, OUT_OF_RANGE]).collect(),
        handler: |route| route.to(get),
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    many(run(&request, &state).await)
}

async fn run(request: &HttpRequest, state: &State) -> Result<(Vec<Value>, i64, Page), TenantFault> {
    let session = session(request, state).await?;
    let page = Page::of(&pairs(request));
    // Whoever may not call at all is told so before anything of the query.
    let (skip, take) = page.as_ref().map_or((0, 0), |page| (page.skip(), page.take));
    let (all, languages) = list_languages(&state.core, session, skip, take).await?;
    Ok((languages.iter().map(shape::language).collect(), all, page?))
}
