//! JSON Schema of texts, from the field catalogue that validates them.

use profile_domain::{
    field::{Field, FieldType},
    rule::TextRule,
};
use schemars::Schema;
use serde_json::{Value, json};

/// Text within the field's limit, or one of the words that its rule accepts.
pub(crate) fn text(field: &Field) -> Value {
    match field.holds {
        FieldType::Text { rule: TextRule::OneOf(words), .. } => json!({ "type": "string", "enum": words }),
        _ => json!({ "type": "string", "maxLength": field.max_chars() }),
    }
}

/// Text within the field's limit, or null.
pub(crate) fn optional_text(field: &Field) -> Value {
    json!({ "type": ["string", "null"], "maxLength": field.max_chars() })
}

/// Adds the limits of the catalogue to the texts of the same name.
pub(crate) fn limit(schema: &mut Schema, catalogue: &[Field]) {
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for field in catalogue {
        if let Some(property) = properties.get_mut(field.name).and_then(Value::as_object_mut) {
            let types = property.get("type");
            let is_text = |types: &Value| {
                types == "string" || types.as_array().is_some_and(|types| types.contains(&"string".into()))
            };
            if types.is_some_and(is_text) {
                property.insert("maxLength".to_owned(), field.max_chars().into());
            }
        }
    }
}
