//! `GET /api/{tenant}/v1/users` (section 4.5): who else is in the tenant.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::{Search, Text, tenant::Tenant};
use profile_usecases::tenant::{admit_to_tenant, list_users};
use serde_json::Value;

use super::{
    envelope::{many, many_schema},
    error::{COMMON, INVALID_TYPE, NOT_FOUND, OUT_OF_RANGE, TOO_LONG, TOO_MANY_REQUESTS, TenantFault},
    exchange::session,
    page::Page,
    shape, version,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    headers::pairs,
};

const OPERATION: &str = "list_tenant_users";
/// Most lists a minute of one member.
const MOST_PER_MINUTE: u32 = 600;

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: OPERATION,
        method: Method::GET,
        paths: &["/api/{tenant}/{version}/users"],
        summary: "Read who is in the tenant",
        protected: true,
        parameters: vec![],
        request: Body::Empty,
        success: Body::Json(|_| many_schema()),
        bodiless: &[],
        failures: COMMON
            .into_iter()
            .chain([INVALID_TYPE, OUT_OF_RANGE, TOO_LONG, TOO_MANY_REQUESTS])
            .collect(),
        handler: |route| route.to(get),
    }
}

async fn get(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<State>,
) -> HttpResponse {
    many(run(&request, &path.0, &state).await)
}

async fn run(
    request: &HttpRequest,
    slug: &str,
    state: &State,
) -> Result<(Vec<Value>, i64, Page), TenantFault> {
    version::check(request)?;
    if slug.chars().count() < Tenant::SLUG_CHARS || slug == Tenant::NO_SLUG {
        return Err(NOT_FOUND.into());
    }
    let slug = Text::try_from(slug).map_err(|_| NOT_FOUND)?;
    let session = session(request, state).await?;
    state.rate_limit.count(OPERATION, &session.member_id.to_string(), MOST_PER_MINUTE)?;
    let tenant = admit_to_tenant(&state.core, session, &slug).await?;
    let pairs = pairs(request);
    let page = Page::of(&pairs)?;
    let typed = pairs.iter().rev().find(|(name, _)| name == "search").map_or("", |(_, text)| text.trim());
    let search = Search::of(typed).map_err(|_| TenantFault::of(TOO_LONG, "search"))?;
    if typed.contains(['\0', '\n']) {
        return Ok((Vec::new(), 0, page));
    }
    let (all, views) = list_users(&state.core, &tenant, search, page.skip(), page.take).await?;
    Ok((views.iter().map(shape::user).collect(), all, page))
}
