//! Preconditions and idempotency keys among headers and parameters (operator API page, section 3).

use actix_web::{
    HttpRequest,
    http::header::{HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH},
};
use profile_ports::{IdempotencyKey, KeyedHash, Purpose};
use profile_usecases::operator::{FieldError, IfMatch, KeyedCall, Precondition};

use super::{error::OperatorError, error::PRECONDITION_REQUIRED, query::Query, request::RequestContext};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const KEY_CHARS: std::ops::RangeInclusive<usize> = 1..=255;

/// Reads `If-Match`, and `base_version` where the call has that parameter.
pub(super) fn precondition(request: &HttpRequest, query: &mut Query) -> Precondition {
    let base = query.version("base_version");
    let Ok(if_match) = if_match(request) else {
        query.faults.add(FieldError::header("If-Match", "format"));
        return Precondition::None;
    };
    match (if_match, base) {
        (Some(_), Some(_)) => {
            query.faults.add(FieldError::header("If-Match", "exclusive"));
            Precondition::None
        }
        (Some(if_match), None) => Precondition::IfMatch(if_match),
        (None, Some(base)) => Precondition::Base(base),
        (None, None) => Precondition::None,
    }
}

/// Refuses a call without a precondition where the settings ask for one.
pub(super) fn check_required(
    precondition: &Precondition,
    query: &Query,
    is_required: bool,
) -> Result<(), OperatorError> {
    let is_missing = *precondition == Precondition::None && query.text("base_version").is_none();
    if is_required && is_missing { Err(PRECONDITION_REQUIRED.into()) } else { Ok(()) }
}

/// Whether the call has `If-None-Match`, whose one value is `*`; nothing is made without it.
pub(super) fn has_none_match(request: &HttpRequest, query: &mut Query) -> bool {
    let mut values = request.headers().get_all(IF_NONE_MATCH);
    match (values.next(), values.next()) {
        (None, _) => false,
        (Some(value), None) if value.to_str().is_ok_and(|value| value.trim() == "*") => true,
        _ => {
            query.faults.add(FieldError::header("If-None-Match", "value"));
            true
        }
    }
}

/// The header is no list of entity tags.
struct Malformed;

/// Reads `If-Match`; `None` where it is absent.
fn if_match(request: &HttpRequest) -> Result<Option<IfMatch>, Malformed> {
    let values: Vec<_> = request.headers().get_all(IF_MATCH).collect();
    if values.is_empty() {
        return Ok(None);
    }
    // A tag may hold bytes that are no text; none of them is a version.
    let texts: Vec<_> = values.iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    parse(&texts.join(",")).map(Some).ok_or(Malformed)
}

/// Reads `*`, or entity tags between commas; weak ones never match.
fn parse(text: &str) -> Option<IfMatch> {
    if text.trim() == "*" {
        return Some(IfMatch::Any);
    }
    let (mut versions, mut count, mut is_any_weak) = (Vec::new(), 0, false);
    let mut rest = next_element(text);
    while !rest.is_empty() {
        let (is_weak, tag) = rest.strip_prefix("W/").map_or((false, rest), |tag| (true, tag));
        let (inner, behind) = tag.strip_prefix('"')?.split_once('"')?;
        if inner.chars().any(|character| character.is_whitespace() || character.is_control()) {
            return None;
        }
        count += 1;
        let number = super::query::whole(inner).filter(|number| number.to_string() == inner);
        versions.extend(number.filter(|_| !is_weak));
        is_any_weak |= is_weak;
        let behind = behind.trim_start();
        rest = match behind.strip_prefix(',') {
            Some(next) => next_element(next),
            None if behind.is_empty() => behind,
            None => return None,
        };
    }
    (count > 0).then_some(IfMatch::Versions { versions, is_weak: is_any_weak })
}

/// Returns what follows the empty elements of a list, which count for nothing (RFC 9110, section 5.6.1).
fn next_element(list: &str) -> &str {
    list.trim_start_matches([' ', '\t', ',']).trim_end()
}

/// Reads `Idempotency-Key`; a dry run does not look at it.
pub(super) fn keyed_call(
    request: &HttpRequest,
    query: &mut Query,
    context: &RequestContext,
    hash: &dyn KeyedHash,
    body: &[u8],
    dry_run: bool,
) -> Option<KeyedCall> {
    if dry_run {
        return None;
    }
    let mut values = request.headers().get_all(IDEMPOTENCY_KEY);
    let first = values.next()?;
    let is_accepted =
        |key: &&str| KEY_CHARS.contains(&key.len()) && key.bytes().all(|byte| (b'!'..=b'~').contains(&byte));
    let key = first.to_str().ok().filter(is_accepted).filter(|_| values.next().is_none());
    let Some(key) = key else {
        query.faults.add(FieldError::header("Idempotency-Key", "format"));
        return None;
    };
    let header = |name: HeaderName| {
        let lines: Vec<&[u8]> = request.headers().get_all(name).map(HeaderValue::as_bytes).collect();
        lines.join(&b'\n')
    };
    let (if_match, if_none_match) = (header(IF_MATCH), header(IF_NONE_MATCH));
    let parts: [&[u8]; 6] = [
        request.method().as_str().as_bytes(),
        request.uri().path().as_bytes(),
        request.query_string().as_bytes(),
        &if_match,
        &if_none_match,
        body,
    ];
    // Each part behind its length, so that none can lend bytes to the next.
    let mut text = String::new();
    for part in parts {
        text.push_str(&part.len().to_string());
        text.push(':');
        text.push_str(&String::from_utf8_lossy(part));
    }
    let caller = format!("{}@{}", context.actor.name, context.origin.contract);
    Some(KeyedCall {
        key: IdempotencyKey { caller, key: key.to_owned() },
        fingerprint: hash.hash(Purpose::Request, &text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_tags_are_read_as_they_are_written() {
        let versions =
            |versions: &[i64]| Some(IfMatch::Versions { versions: versions.to_vec(), is_weak: false });
        let weak = Some(IfMatch::Versions { versions: Vec::new(), is_weak: true });
        assert_eq!(parse("*"), Some(IfMatch::Any));
        assert_eq!(parse("\"6\""), versions(&[6]));
        assert_eq!(parse("\"7\", \"8\""), versions(&[7, 8]));
        assert_eq!(parse("W/\"8\""), weak);
        assert_eq!(parse("\"abc\" , \"08\", \"\u{fffd}\""), versions(&[]));
        assert_eq!(parse(", ,\"6\",,\"7\", "), versions(&[6, 7]));
        for malformed in ["", " , ", "8", "\"8", "\"8\" \"9\"", "*, \"8\"", "w/\"8\""] {
            assert_eq!(parse(malformed), None, "{malformed}");
        }
    }
}
