//! The stored form of a change's fields, the same in every store, so that a log can move from one to another.

use profile_domain::change::{FieldChange, Value};
use serde_json::{Value as Json, json};

/// The one member of a sensitive value, and of an erased one. Only whole fields are either, so that a value inside a list or an
/// object may have such a member itself.
const MASKED: &str = "digest";
const REDACTED: &str = "redacted";

/// The log holds something that no version of this service has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the change record is damaged")]
pub struct Damaged;

/// Returns `[{"field": …, "old": …, "new": …}]`; a masked value is `{"digest": …}`, an erased one `{"redacted": …}`.
#[must_use]
pub fn encode(fields: &[FieldChange]) -> Json {
    fields.iter().map(encode_field).collect()
}

/// Reads what [`encode`] wrote.
pub fn decode(fields: &Json) -> Result<Vec<FieldChange>, Damaged> {
    fields.as_array().ok_or(Damaged)?.iter().map(|field| decode_field(field).ok_or(Damaged)).collect()
}

/// Returns the JSON form of a field's value.
#[must_use]
pub fn encode_value(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => text.as_str().into(),
        Value::Integer(number) => (*number).into(),
        Value::Number(number) => (*number).into(),
        Value::Flag(flag) => (*flag).into(),
        Value::List(values) => values.iter().map(encode_value).collect(),
        Value::Object(object) => {
            let members = object.members().iter();
            Json::Object(members.map(|(name, value)| (name.clone(), encode_value(value))).collect())
        }
        Value::Masked(digest) => json!({ MASKED: digest }),
        Value::Redacted(commitment) => json!({ REDACTED: commitment.to_string() }),
    }
}

/// Reads what [`encode_value`] wrote of a whole field.
pub fn decode_value(value: &Json) -> Result<Value, Damaged> {
    let only = |name: &str| value.as_object().filter(|members| members.len() == 1)?.get(name)?.as_str();
    match (only(MASKED), only(REDACTED)) {
        (Some(digest), _) => Ok(Value::Masked(digest.to_owned())),
        (None, Some(commitment)) => commitment.parse().map(Value::Redacted).map_err(|_| Damaged),
        (None, None) => Value::of_json(value).ok_or(Damaged),
    }
}

fn encode_field(change: &FieldChange) -> Json {
    let FieldChange { field, old, new } = change;
    json!({ "field": field, "old": encode_value(old), "new": encode_value(new) })
}

fn decode_field(change: &Json) -> Option<FieldChange> {
    let field = change.get("field")?.as_str()?.to_owned();
    let old = decode_value(change.get("old")?).ok()?;
    let new = decode_value(change.get("new")?).ok()?;
    Some(FieldChange { field, old, new })
}

#[cfg(test)]
mod tests {
    use profile_domain::{Text, change::Digest};

    use super::*;

    #[test]
    fn every_value_comes_back() {
        let values = [
            Value::Null,
            Value::Text(Text::try_from("é\u{10FFFF}\"").unwrap()),
            Value::Integer(i64::MIN),
            Value::Number(0.1 + 0.2),
            Value::Number(1e16),
            Value::Number(880.0),
            Value::Flag(true),
            Value::List(vec![Value::Integer(1), Value::List(vec![Value::Null])]),
            Value::object([("b", Value::object([])), ("a", Value::List(vec![Value::object([])]))]),
            Value::List(vec![Value::object([("digest", Value::word("3f"))])]),
            Value::Masked("3f".to_owned()),
            Value::Redacted(Digest([0x3f; 32])),
        ];
        let fields: Vec<FieldChange> = values
            .into_iter()
            .map(|value| FieldChange { field: "f".to_owned(), old: Value::Null, new: value })
            .collect();
        let stored = encode(&fields).to_string();
        assert_eq!(decode(&serde_json::from_str(&stored).unwrap()).unwrap(), fields);
    }

    #[test]
    fn what_nobody_wrote_is_damaged() {
        let no_digest = r#"[{"field":"a","old":{"redacted":"3f"},"new":1}]"#;
        for damaged in
            ["{}", "[1]", r#"[{"field":"a"}]"#, r#"[{"field":"a","old":"\u0000","new":1}]"#, no_digest]
        {
            assert_eq!(decode(&serde_json::from_str(damaged).unwrap()), Err(Damaged), "{damaged}");
        }
    }
}
