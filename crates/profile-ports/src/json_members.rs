//! JSON objects as the rules of records see them.

use profile_domain::client::{Input, Members};
use serde_json::{Map, Value};

/// A JSON object.
pub struct JsonMembers<'a>(pub &'a Map<String, Value>);

impl Members for JsonMembers<'_> {
    fn member(&self, name: &str) -> Input<'_> {
        match self.0.get(name) {
            None | Some(Value::Null) => Input::Missing,
            Some(Value::String(text)) => Input::Text(text),
            Some(Value::Bool(flag)) => Input::Flag(*flag),
            Some(Value::Object(members)) => Input::Object(Box::new(JsonMembers(members))),
            Some(Value::Number(_) | Value::Array(_)) => Input::Other,
        }
    }
}
