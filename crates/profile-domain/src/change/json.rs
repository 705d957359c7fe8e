//! Values as JSON, in which the log is stored and items of an import arrive.

use serde_json::{Map, Value as Json};

use super::value::Value;
use crate::Text;

impl Value {
    /// Reads JSON; `None` for text with NUL, which no database stores. A whole number beyond 64 bits becomes the nearest
    /// number with a fraction.
    #[must_use]
    pub fn of_json(json: &Json) -> Option<Self> {
        match json {
            Json::Null => Some(Self::Null),
            Json::Bool(flag) => Some(Self::Flag(*flag)),
            Json::String(text) => Text::try_from(text.as_str()).ok().map(Self::Text),
            Json::Number(number) => {
                number.as_i64().map(Self::Integer).or_else(|| number.as_f64().map(Self::Number))
            }
            Json::Array(values) => values.iter().map(Self::of_json).collect::<Option<_>>().map(Self::List),
            Json::Object(members) => of_members(members),
        }
    }

    /// Returns the value that a JSON text holds; the text itself where it holds none.
    #[must_use]
    pub fn of_json_text(text: &Text) -> Self {
        let json = serde_json::from_str(text.as_str()).ok();
        json.as_ref().and_then(Self::of_json).unwrap_or_else(|| Self::Text(text.clone()))
    }

    /// Returns the value as JSON text, the members of objects in their order, as items of a client are stored. What is not
    /// recorded or erased is null.
    #[must_use]
    pub fn json_text(&self) -> String {
        match self {
            Self::Null | Self::Masked(_) | Self::Redacted(_) => "null".to_owned(),
            Self::Text(text) => Json::from(text.as_str()).to_string(),
            Self::Integer(number) => number.to_string(),
            Self::Number(number) => Json::from(*number).to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::List(values) => {
                let values: Vec<String> = values.iter().map(Self::json_text).collect();
                format!("[{}]", values.join(","))
            }
            Self::Object(object) => {
                let member = |(name, value): &(String, Self)| {
                    format!("{}:{}", Json::from(name.as_str()), value.json_text())
                };
                let members: Vec<String> = object.members().iter().map(member).collect();
                format!("{{{}}}", members.join(","))
            }
        }
    }
}

fn of_members(members: &Map<String, Json>) -> Option<Value> {
    let member = |(name, value): (&String, &Json)| Some((name.clone(), Value::of_json(value)?));
    members.iter().map(member).collect::<Option<_>>().map(Value::Object)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Value {
        Value::of_json_text(&Text::try_from(text).unwrap())
    }

    #[test]
    fn a_json_text_is_what_it_holds() {
        let item = read(r#"{"id":1,"rate":1.50,"open":true,"tags":["a",null]}"#);
        let tags = Value::List(vec![Value::word("a"), Value::Null]);
        let (id, rate) = (Value::Integer(1), Value::Number(1.5));
        assert_eq!(
            item,
            Value::object([("id", id), ("rate", rate), ("open", Value::Flag(true)), ("tags", tags)])
        );
        assert_eq!(read("18446744073709551615"), Value::Number(18_446_744_073_709_551_615.0));
        assert_eq!(read("{"), Value::word("{"));
        let text = r#"{"z":1,"a":[1.0,-2.5e-9,true,null,"Zo\u0001ë\n"],"o":{}}"#;
        let value = Value::Object(
            [("z", "1"), ("a", r#"[1.0,-2.5e-9,true,null,"Zo\u0001ë\n"]"#), ("o", "{}")]
                .map(|(name, value)| (name.to_owned(), read(value)))
                .into_iter()
                .collect(),
        );
        assert_eq!(value.json_text(), text);
        assert_eq!(read(r#""\u0000""#), Value::word(r#""\u0000""#));
    }
}
