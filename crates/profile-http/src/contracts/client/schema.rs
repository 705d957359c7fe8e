//! The schemas of the contract's bodies, from the field catalogue.

use profile_domain::{client::fields, field::Field};
use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

fn meta() -> Value {
    json!({
        "type": "object",
        "required": ["endpoint", "method", "timing"],
        "properties": {
            "endpoint": { "type": "string" },
            "method": { "type": "string" },
            "timing": { "type": "integer", "minimum": 0 },
        },
    })
}

/// An error body with one of `codes`.
pub(super) fn failure(codes: &[&str]) -> Schema {
    json_schema!({
        "type": "object",
        "required": ["errors", "meta"],
        "properties": {
            "errors": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["status", "code", "message"],
                    "properties": {
                        "status": { "type": "integer" },
                        "code": { "type": ["string", "null"], "enum": codes },
                        "message": { "type": ["string", "null"] },
                    },
                },
            },
            "meta": meta(),
        },
    })
}

/// A success body whose items are like `item`.
pub(super) fn success(item: &Value) -> Schema {
    json_schema!({
        "type": "object",
        "required": ["data", "meta"],
        "properties": { "data": { "type": "array", "items": item }, "meta": meta() },
    })
}

/// A success body whose items are objects.
pub(super) fn objects() -> Schema {
    success(&json!({ "type": "object" }))
}

/// A request body of texts.
pub(super) fn texts(all: &[Field], optional: &[&str]) -> Schema {
    let property = |field: &Field| {
        let kind = if optional.contains(&field.name) { json!(["string", "null"]) } else { json!("string") };
        (field.name.to_owned(), json!({ "type": kind, "maxLength": field.max_chars() }))
    };
    let properties: Map<String, Value> = all.iter().map(property).collect();
    let required: Vec<&str> =
        all.iter().map(|field| field.name).filter(|name| !optional.contains(name)).collect();
    json_schema!({ "type": "object", "required": required, "properties": properties })
}

/// The request body of tax information, which has an object and a flag among its texts.
pub(super) fn tax() -> Schema {
    let mut properties = Map::new();
    let mut within = Map::new();
    for field in fields::TAX {
        let text = json!({ "type": "string", "maxLength": field.max_chars() });
        match field.name.split_once('.') {
            Some((_, name)) => within.insert(name.to_owned(), text),
            None => properties.insert(field.name.to_owned(), text),
        };
    }
    let names: Vec<String> = within.keys().cloned().collect();
    properties.insert("is_foreign_taxpayer".to_owned(), json!({ "type": "boolean" }));
    properties.insert(
        "financial_assessment".to_owned(),
        json!({ "type": "object", "required": names, "properties": within }),
    );
    let required: Vec<String> = properties.keys().cloned().collect();
    json_schema!({ "type": "object", "required": required, "properties": properties })
}
