//! `GET /api/{tenant}/v1/users` (section 4.5): who else is in the tenant.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use profile_domain::{
    Search, Text,
    tenant::{Tenant, fields},
};
use profile_usecases::tenant::{admit_to_tenant, list_tenant_users};
use schemars::json_schema;

use super::{
    error::{COMMON, INVALID_TYPE, NOT_FOUND, OUT_OF_RANGE, TOO_LONG, TOO_MANY_REQUESTS, TenantError},
    member::MemberItem,
    request::{Page, RequestContext},
    response::{list, list_of},
    version,
};
use crate::{State, endpoint::Endpoint, headers::pairs, parameter::Parameter};

const OPERATION: &str = "list_tenant_users";
/// Most lists a minute of one member.
const MAX_PER_MINUTE: u32 = 600;

const TENANT: Parameter = Parameter::path("tenant", "How paths call the tenant; `sys` is none.", |_| {
    json_schema!({
        "type": "string",
        "minLength": Tenant::SLUG_CHARS,
        "maxLength": fields::SLUG.max_chars(),
    })
});
const SEARCH: Parameter = Parameter::query(
    "search",
    "A part of the full name or of the e-mail address; letter case does not matter.",
    |_| json_schema!({ "type": "string", "maxLength": Search::MAX_CHARS }),
);

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: [TENANT, version::PARAMETER, SEARCH].into_iter().chain(Page::PARAMETERS).collect(),
        success: list_of::<MemberItem>(),
        failures: COMMON
            .into_iter()
            .chain([INVALID_TYPE, OUT_OF_RANGE, TOO_LONG, TOO_MANY_REQUESTS])
            .collect(),
        ..Endpoint::new(
            Method::GET,
            OPERATION,
            &["/api/{tenant}/{version}/users"],
            "Read who is in the tenant",
            |route| route.to(get),
        )
    }
}

async fn get(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<State>,
) -> Result<HttpResponse, TenantError> {
    version::check(&request)?;
    let slug = slug(&path.0)?;
    let claims = RequestContext::begin(&request, &state).await?.claims;
    state.rate_limit.count(OPERATION, &claims.member_id.to_string(), MAX_PER_MINUTE).await?;
    let tenant = admit_to_tenant(&state.ports, claims, &slug).await?;
    let pairs = pairs(&request);
    let page = Page::read(&pairs)?;
    let typed = pairs.iter().rev().find(|(name, _)| name == "search").map_or("", |(_, text)| text.trim());
    let search = Search::of(typed).map_err(|_| TenantError::of(TOO_LONG, "search"))?;
    let (total, views) = if typed.contains(['\0', '\n']) {
        // No name and no address has one of these.
        (0, Vec::new())
    } else {
        list_tenant_users(&state.ports, &tenant, search, page.skip(), page.take).await?
    };
    Ok(list(views.into_iter().map(MemberItem::from), total, page))
}

/// Checks that the path can be that of a tenant, if it has one.
pub(super) fn check_path(request: &HttpRequest) -> Result<(), TenantError> {
    request.match_info().get("tenant").map_or(Ok(()), |text| slug(text).map(drop))
}

/// Reads the slug of a tenant; other paths have `sys` where it stands.
fn slug(text: &str) -> Result<Text, TenantError> {
    if text.chars().count() < Tenant::SLUG_CHARS || text == Tenant::NO_SLUG {
        return Err(NOT_FOUND.into());
    }
    Ok(Text::try_from(text).map_err(|_| NOT_FOUND)?)
}
