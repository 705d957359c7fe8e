//! The members of a JSON object as they are written: a number that is read into a floating point number may change.

use std::collections::HashMap;

use serde::{Deserialize, de::IgnoredAny};

/// Returns the text of each member's value; of members of the same name, the last one's. `None` if `text` is no object.
pub(crate) fn literals(text: &str) -> Option<HashMap<String, &str>> {
    let mut members = HashMap::new();
    let mut rest = text.trim_start().strip_prefix('{')?.trim_start();
    while !rest.starts_with('}') {
        let (name, behind) = split::<String>(rest)?;
        let value = behind.trim_start().strip_prefix(':')?.trim_start();
        let (_, behind) = split::<IgnoredAny>(value)?;
        members.insert(name, value.get(..value.len() - behind.len())?);
        let behind = behind.trim_start();
        rest = behind.strip_prefix(',').unwrap_or(behind).trim_start();
    }
    Some(members)
}

/// The JSON value at the beginning of `text`, and what is behind it.
fn split<'a, T: Deserialize<'a>>(text: &'a str) -> Option<(T, &'a str)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<T>();
    let value = values.next()?.ok()?;
    Some((value, text.get(values.byte_offset()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_as_they_are_written() {
        let text =
            " {\"a\" : 1.50e+1,\"b\":{\"a\":[2,\"}\"]} , \"\\u0063\":\"x\\\"\",\n\"d\":null,\"a2\":-0} ";
        let members = literals(text).unwrap();
        let expected =
            [("a", "1.50e+1"), ("b", "{\"a\":[2,\"}\"]}"), ("c", "\"x\\\"\""), ("d", "null"), ("a2", "-0")];
        assert_eq!(members, expected.map(|(name, value)| (name.to_owned(), value)).into());
        assert_eq!(literals("{}"), Some(HashMap::new()));
        assert_eq!(literals(r#"{"a":1,"a":2}"#).unwrap()["a"], "2");
        for text in ["", "[1]", "1", "{", r#"{"a"}"#, r#"{"a":}"#, r#"{"a":1"#, r#"{"a":1 x}"#] {
            assert_eq!(literals(text), None, "{text}");
        }
    }
}
