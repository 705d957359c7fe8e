//! Headers and queries that every contract reads alike.

use actix_web::{
    HttpRequest,
    http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap},
    web::Query,
};
use profile_usecases::RequestOrigin;

use crate::observe::request_id;

/// The credential of the only `Authorization` header: alone, or behind `Bearer` in any case (contract account,
/// section 7).
pub(crate) fn credential(headers: &HeaderMap) -> Option<&str> {
    let mut words = authorization(headers)?.split(' ').filter(|word| !word.is_empty());
    match (words.next(), words.next(), words.next()) {
        (Some(token), None, None) => Some(token),
        (Some(scheme), Some(token), None) if scheme.eq_ignore_ascii_case("bearer") => Some(token),
        _ => None,
    }
}

/// The credential behind `Bearer`, in any case, in the only `Authorization` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, credential) = authorization(headers)?.split_once(' ')?;
    let credential = credential.trim();
    let plain = !credential.is_empty() && !credential.contains(' ');
    (plain && scheme.eq_ignore_ascii_case("bearer")).then_some(credential)
}

/// The value of the only `Authorization` header; of two nobody knows which one counts.
pub(crate) fn authorization(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION);
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// The pairs of the query, in their order.
pub(crate) fn pairs(request: &HttpRequest) -> Vec<(String, String)> {
    Query::from_query(request.query_string()).map(Query::into_inner).unwrap_or_default()
}

/// How many bytes the body is announced to have.
pub(crate) fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The media type of the body, without parameters, in small letters.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next()?.trim().to_ascii_lowercase())
}

/// The door that a request came through, for the change record.
pub(crate) fn origin(request: &HttpRequest, contract: &'static str) -> RequestOrigin {
    RequestOrigin { contract, request_id: request_id(request) }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn found(values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        }
        credential(&headers).map(str::to_owned)
    }

    #[test]
    fn credentials() {
        for accepted in ["t", "Bearer t", "bearer t", "BEARER   t"] {
            assert_eq!(found(&[accepted]).as_deref(), Some("t"), "{accepted}");
        }
        for refused in [&["Basic t"][..], &["a b c"], &["Bearer t u"], &[""], &[], &["t", "t"]] {
            assert_eq!(found(refused), None, "{refused:?}");
        }
    }
}
