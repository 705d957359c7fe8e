//! What holds for every request of the console: no other site acts through it, frames it, or adds code to it.

use actix_web::{
    Error, HttpMessage as _, ResponseError as _,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, ORIGIN,
            REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::Next,
    web,
};

use crate::{Console, error::PageError, shell::Shell, visitor::SignedIn};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// No code and no style but our own files; forms go nowhere else, and nobody frames a page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

pub(crate) async fn guard(
    console: web::Data<Console>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if *request.method() == Method::HEAD {
        // Answered as GET; the server leaves the body out, because it knows what was asked.
        request.head_mut().method = Method::GET;
    }
    let mut response = match check_site(request.headers(), &console.url) {
        Err(refused) if !is_read => request.into_response(refused.error_response()).map_into_right_body(),
        _ => with_navigation(next.call(request).await?),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // With `no-referrer` browsers would send `Origin: null` with our own forms, and some send nothing else to decide by.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}

/// Puts a page that says why there is no other into the frame of whoever is signed in, which errors know nothing of.
fn with_navigation<B: MessageBody>(response: ServiceResponse<B>) -> ServiceResponse<EitherBody<B>> {
    let signed_in = response.request().extensions_mut().remove::<SignedIn>();
    let error = response.response().error().and_then(|error| error.as_error::<PageError>());
    let page = signed_in.zip(error).map(|(SignedIn(key), error)| error.page(Shell::of_key(&key, "")));
    match page {
        Some(page) => response.into_response(page).map_into_right_body(),
        None => response.map_into_left_body(),
    }
}

/// Checks that a request comes from a page of `url`: by `Sec-Fetch-Site`, else by `Origin`. `Host` says nothing, because
/// proxies write it anew.
fn check_site(headers: &HeaderMap, url: &str) -> Result<(), PageError> {
    let text =
        |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable").to_owned());
    let refused = |header: &'static str, value: Option<String>| {
        Err(PageError::CrossSite { header, value, expected: url.to_owned() })
    };
    match (text(&FETCH_SITE), text(&ORIGIN)) {
        (Some(site), _) if site == "same-origin" || site == "none" => Ok(()),
        (Some(site), _) => refused("Sec-Fetch-Site", Some(site)),
        (None, Some(origin)) if origin == origin_of(url) => Ok(()),
        (None, origin) => refused("Origin", origin),
    }
}

/// Returns the address without a path.
fn origin_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |scheme| scheme + 3);
    let path = url.get(host..).and_then(|rest| rest.find('/'));
    path.and_then(|path| url.get(..host + path)).unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_accepted(sent: &[(&str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.insert(name.parse().unwrap(), HeaderValue::from_str(value).unwrap());
        }
        check_site(&headers, "https://profile.test:8443/base").is_ok()
    }

    #[test]
    fn the_site_that_the_browser_names_decides_and_origin_only_without_it() {
        for sent in [
            &[("sec-fetch-site", "same-origin")][..],
            &[("sec-fetch-site", "none"), ("origin", "https://elsewhere.test")],
            &[("origin", "https://profile.test:8443")],
        ] {
            assert!(is_accepted(sent), "{sent:?}");
        }
        for sent in [
            &[][..],
            &[("sec-fetch-site", "cross-site"), ("origin", "https://profile.test:8443")],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "null")],
            &[("origin", "https://profile.test")],
            &[("host", "profile.test:8443")],
        ] {
            assert!(!is_accepted(sent), "{sent:?}");
        }
    }
}
