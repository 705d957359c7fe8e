//! JSON bodies, read strictly: an object and nothing else, small, in time, each name once.

use std::{collections::BTreeSet, fmt, pin::pin, time::Duration};

use actix_web::{HttpRequest, web};
use futures_util::StreamExt as _;
use profile_usecases::operator::{Member, Members};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor},
};
use serde_json::{Map, Value};

use crate::{
    body_deadline::{Cut, Pace, paced},
    headers::{content_length, media_type},
};

/// Most bytes of a JSON body, in every contract.
pub(crate) const JSON_LIMIT: u64 = 64 * 1024;
/// What some programs write before UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// Whatever its size, a JSON body is small.
const PACE: Pace = Pace { window: Duration::from_secs(10), bytes: JSON_LIMIT };

/// Why a body is no JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyFault {
    #[error("the content type must be application/json")]
    MediaType,
    #[error("the body is larger than {JSON_LIMIT} bytes")]
    TooLarge,
    #[error("the body did not arrive in time")]
    Slow,
    #[error("the body is not a JSON object with each name once")]
    Syntax,
}

/// A JSON object whose names are unique.
#[derive(Debug)]
pub(crate) struct Object(pub(crate) Map<String, Value>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UniqueNames)
    }
}

/// As [`Object`], and so is every object within.
#[derive(Debug)]
pub(crate) struct DeepObject(pub(crate) Map<String, Value>);

impl<'de> Deserialize<'de> for DeepObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Unique::deserialize(deserializer)?.0 {
            Value::Object(members) => Ok(Self(members)),
            _ => Err(de::Error::custom("not an object")),
        }
    }
}

/// A JSON object in whose objects no name stands twice, with all members in the order in which they were sent.
pub(crate) struct Ordered(pub(crate) Members);

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match OrderedMember::deserialize(deserializer)?.0 {
            Member::Object(members) => Ok(Self(members)),
            Member::Other(_) => Err(de::Error::custom("not an object")),
        }
    }
}

struct OrderedMember(Member);

impl<'de> Deserialize<'de> for OrderedMember {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OrderedValue)
    }
}

struct OrderedValue;

impl<'de> Visitor<'de> for OrderedValue {
    type Value = OrderedMember;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<OrderedMember, E> {
        Ok(OrderedMember(Member::Other(Value::Null)))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<OrderedMember, E> {
        Ok(OrderedMember(Member::Other(flag.into())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<OrderedMember, E> {
        Ok(OrderedMember(Member::Other(number.into())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<OrderedMember, E> {
        Ok(OrderedMember(Member::Other(number.into())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<OrderedMember, E> {
        Ok(OrderedMember(Member::Other(number.into())))
    }

    fn visit_str<E>(self, text: &str) -> Result<OrderedMember, E> {
        Ok(OrderedMember(Member::Other(text.into())))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut access: A) -> Result<OrderedMember, A::Error> {
        let mut items = Vec::new();
        while let Some(Unique(item)) = access.next_element()? {
            items.push(item);
        }
        Ok(OrderedMember(Member::Other(Value::Array(items))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<OrderedMember, A::Error> {
        let mut members = Members::new();
        let mut names = BTreeSet::new();
        while let Some((name, OrderedMember(value))) = access.next_entry::<String, OrderedMember>()? {
            if !names.insert(name.clone()) {
                return Err(de::Error::custom("a name stands twice"));
            }
            members.push((name, value));
        }
        Ok(OrderedMember(Member::Object(members)))
    }
}

/// A value in whose objects no name stands twice.
struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueValue)
    }
}

struct UniqueValue;

impl<'de> Visitor<'de> for UniqueValue {
    type Value = Unique;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique(Value::Null))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Unique, E> {
        Ok(Unique(flag.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Unique, E> {
        Ok(Unique(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Unique, E> {
        Ok(Unique(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Unique, E> {
        Ok(Unique(number.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Unique, E> {
        Ok(Unique(text.into()))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut access: A) -> Result<Unique, A::Error> {
        let mut items = Vec::new();
        while let Some(Unique(item)) = access.next_element()? {
            items.push(item);
        }
        Ok(Unique(Value::Array(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Unique, A::Error> {
        let mut members = Map::new();
        while let Some((name, Unique(value))) = access.next_entry::<String, Unique>()? {
            if members.insert(name, value).is_some() {
                return Err(de::Error::custom("a name stands twice"));
            }
        }
        Ok(Unique(Value::Object(members)))
    }
}

struct UniqueNames;

impl<'de> Visitor<'de> for UniqueNames {
    type Value = Object;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Object, A::Error> {
        let mut members = Map::new();
        while let Some((name, value)) = access.next_entry::<String, Value>()? {
            if members.insert(name, value).is_some() {
                return Err(de::Error::custom("a name stands twice"));
            }
        }
        Ok(Object(members))
    }
}

/// Reads the body of `request`: content type, size, syntax, in this order (contract account, section 3).
pub(crate) async fn read_object(request: &HttpRequest, payload: web::Payload) -> Result<Object, BodyFault> {
    let body = read_json(request, payload).await?;
    parse_object(&body)
}

/// Checks the announced size of a JSON body, for a contract that looks at it before the content type.
pub(crate) fn check_announced(request: &HttpRequest) -> Result<(), BodyFault> {
    check_announced_within(request, JSON_LIMIT)
}

fn check_announced_within(request: &HttpRequest, limit: u64) -> Result<(), BodyFault> {
    let is_too_large = content_length(request.headers()).is_some_and(|length| length > limit);
    if is_too_large { Err(BodyFault::TooLarge) } else { Ok(()) }
}

/// Reads the bytes of a JSON body: content type, then size.
pub(crate) async fn read_json(request: &HttpRequest, payload: web::Payload) -> Result<Vec<u8>, BodyFault> {
    if media_type(request.headers()).as_deref() != Some("application/json") {
        return Err(BodyFault::MediaType);
    }
    read_bytes(request, payload).await
}

/// The object in `body`.
pub(crate) fn parse_object(body: &[u8]) -> Result<Object, BodyFault> {
    serde_json::from_slice(body).map_err(|_| BodyFault::Syntax)
}

/// The object in `body`, in which no name stands twice however deep.
pub(crate) fn parse_deep_object(body: &[u8]) -> Result<DeepObject, BodyFault> {
    serde_json::from_slice(body).map_err(|_| BodyFault::Syntax)
}

/// Reads the bytes of the body of `request`, as long as they are few and come in time. A byte order mark before the JSON is
/// skipped, as RFC 8259, section 8.1 allows.
pub(crate) async fn read_bytes(request: &HttpRequest, payload: web::Payload) -> Result<Vec<u8>, BodyFault> {
    read_bytes_within(request, payload, JSON_LIMIT).await
}

/// As [`read_bytes`], for bodies of at most `limit` bytes.
pub(crate) async fn read_bytes_within(
    request: &HttpRequest,
    payload: web::Payload,
    limit: u64,
) -> Result<Vec<u8>, BodyFault> {
    check_announced_within(request, limit)?;
    let mut body = Vec::new();
    let mut pieces = pin!(paced(payload, PACE, limit));
    while let Some(piece) = pieces.next().await {
        match piece {
            Ok(piece) => body.extend_from_slice(&piece),
            Err(Cut::TooLarge) => return Err(BodyFault::TooLarge),
            Err(Cut::Slow) => return Err(BodyFault::Slow),
            Err(Cut::Broken) => return Err(BodyFault::Syntax),
        }
    }
    if body.starts_with(BYTE_ORDER_MARK) {
        body.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &[u8]) -> Option<Object> {
        serde_json::from_slice(body).ok()
    }

    #[test]
    fn only_a_whole_object_with_unique_names_is_one() {
        assert!(parse(br#"{"a":1,"b":{"a":1}}"#).is_some());
        assert!(parse(b" {} \n").is_some());
        for body in [
            &b""[..],
            b"[]",
            b"[1,2]",
            b"\"x\"",
            b"null",
            b"1",
            b"{",
            b"{\"a\":1",
            b"{} {}",
            b"{}x",
            b"{'a':1}",
            b"{\"a\":1,}",
            br#"{"a":1,"a":1}"#,
            br#"{"a":1,"\u0061":1}"#,
            br#"{"a":"\ud800"}"#,
            b"{\"a\":\"\xff\"}",
            b"\xef\xbb\xbf{}",
        ] {
            assert!(parse(body).is_none(), "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(deep(100).as_bytes()).is_some());
        assert!(parse(deep(10_000).as_bytes()).is_none());
    }
}
