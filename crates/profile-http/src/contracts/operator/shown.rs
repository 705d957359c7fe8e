//! How values of the log are written as JSON: what is masked or erased is null.

use profile_domain::change::Value;
use serde::{Serialize, Serializer, ser::SerializeMap as _};

/// A value as an answer shows it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown(pub(super) Value);

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(&self.0, serializer)
    }
}

/// The same of a value that belongs to another.
pub(super) struct Borrowed<'a>(pub(super) &'a Value);

impl Serialize for Borrowed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(self.0, serializer)
    }
}

fn write<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Value::Null | Value::Masked(_) | Value::Redacted(_) => serializer.serialize_unit(),
        Value::Text(text) => serializer.serialize_str(text.as_str()),
        Value::Integer(number) => serializer.serialize_i64(*number),
        Value::Number(number) => serializer.serialize_f64(*number),
        Value::Flag(flag) => serializer.serialize_bool(*flag),
        Value::List(values) => serializer.collect_seq(values.iter().map(Borrowed)),
        Value::Object(object) => {
            let mut map = serializer.serialize_map(Some(object.members().len()))?;
            for (name, value) in object.members() {
                map.serialize_entry(name, &Borrowed(value))?;
            }
            map.end()
        }
    }
}
