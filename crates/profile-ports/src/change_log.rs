//! The stored form of a change's fields, the same in every store, so that a log can move from one to another.

use profile_domain::{
    Text,
    change::{FieldChange, Value},
};
use serde_json::{Value as Json, json};

/// The log holds something that no version of this service has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the change record is damaged")]
pub struct Damaged;

/// `[{"field": …, "old": …, "new": …}]`; a masked value is `{"digest": …}`.
#[must_use]
pub fn encode(fields: &[FieldChange]) -> Json {
    fields.iter().map(encode_field).collect()
}

/// Reads what [`encode`] wrote.
pub fn decode(fields: &Json) -> Result<Vec<FieldChange>, Damaged> {
    fields.as_array().ok_or(Damaged)?.iter().map(|field| decode_field(field).ok_or(Damaged)).collect()
}

fn encode_field(change: &FieldChange) -> Json {
    let FieldChange { field, old, new } = change;
    json!({ "field": field, "old": encode_value(old), "new": encode_value(new) })
}

fn encode_value(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => text.as_str().into(),
        Value::Integer(number) => (*number).into(),
        Value::Number(number) => (*number).into(),
        Value::Flag(flag) => (*flag).into(),
        Value::List(values) => values.iter().map(encode_value).collect(),
        Value::Masked(digest) => json!({ "digest": digest }),
    }
}

fn decode_field(change: &Json) -> Option<FieldChange> {
    let field = change.get("field")?.as_str()?.to_owned();
    let old = decode_value(change.get("old")?)?;
    let new = decode_value(change.get("new")?)?;
    Some(FieldChange { field, old, new })
}

fn decode_value(value: &Json) -> Option<Value> {
    match value {
        Json::Null => Some(Value::Null),
        Json::Bool(flag) => Some(Value::Flag(*flag)),
        Json::String(text) => Text::try_from(text.as_str()).ok().map(Value::Text),
        Json::Number(number) => {
            number.as_i64().map(Value::Integer).or_else(|| number.as_f64().map(Value::Number))
        }
        Json::Array(values) => values.iter().map(decode_value).collect::<Option<_>>().map(Value::List),
        Json::Object(masked) => masked.get("digest")?.as_str().map(|digest| Value::Masked(digest.to_owned())),
    }
}

#[cfg(test)]
mod tests {
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
        ];
        let mut fields: Vec<FieldChange> = values
            .into_iter()
            .map(|value| FieldChange { field: "f".to_owned(), old: Value::Null, new: value })
            .collect();
        fields.push(FieldChange {
            field: "g".to_owned(),
            old: Value::Null,
            new: Value::Masked("3f".to_owned()),
        });
        let stored = encode(&fields).to_string();
        assert_eq!(decode(&serde_json::from_str(&stored).unwrap()).unwrap(), fields);
    }

    #[test]
    fn what_nobody_wrote_is_damaged() {
        for damaged in ["{}", "[1]", r#"[{"field":"a"}]"#, r#"[{"field":"a","old":{},"new":1}]"#] {
            assert_eq!(decode(&serde_json::from_str(damaged).unwrap()), Err(Damaged), "{damaged}");
        }
    }
}
