//! JSON Schema of request members, from the field catalogue that validates them.

use profile_domain::field::Field;
use serde_json::{Value, json};

/// Text within the field's limit.
pub(crate) fn text(field: &Field) -> Value {
    json!({ "type": "string", "maxLength": field.max_chars })
}

/// Text within the field's limit, or null.
pub(crate) fn optional_text(field: &Field) -> Value {
    json!({ "type": ["string", "null"], "maxLength": field.max_chars })
}
