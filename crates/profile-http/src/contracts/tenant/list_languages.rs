//! `GET /api/sys/v1/languages` (section 4): the languages that members may choose.

use actix_web::{HttpRequest, HttpResponse, web};
use profile_usecases::tenant::list_languages;

use super::{
    error::{COMMON, INVALID_TYPE, OUT_OF_RANGE, TenantError},
    member::LanguageItem,
    request::{Page, RequestContext},
    response::{list, list_of},
    version,
};
use crate::{State, endpoint::Endpoint, headers::pairs};

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: [version::PARAMETER].into_iter().chain(Page::PARAMETERS).collect(),
        ..Endpoint::read(
            "list_languages",
            &["/api/sys/{version}/languages"],
            "Read the languages",
            list_of::<LanguageItem>(),
            COMMON.into_iter().chain([INVALID_TYPE, OUT_OF_RANGE]).collect(),
            |route| route.to(get),
        )
    }
}

async fn get(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, TenantError> {
    let claims = RequestContext::begin(&request, &state).await?.claims;
    let page = Page::read(&pairs(&request));
    // A caller who may not call at all gets that answer before any about the query.
    let (skip, take) = page.as_ref().map_or((0, 0), |page| (page.skip(), page.take));
    let (total, languages) = list_languages(&state.ports, claims, skip, take).await?;
    Ok(list(languages.into_iter().map(LanguageItem::from), total, page?))
}
