//! The schemas of the contract's bodies, from the field catalogue.

use profile_domain::{client::fields, field::Field};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::{failure::Failure, field_schema};

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
pub(super) fn failure(_: &mut SchemaGenerator) -> Schema {
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
                        "code": { "type": ["string", "null"] },
                        "message": { "type": ["string", "null"] },
                    },
                },
            },
            "meta": meta(),
        },
    })
}

/// The error body of a failure, for the API document.
pub(super) fn failure_example(failure: Failure) -> Value {
    json!({
        "errors": [{ "status": failure.status, "code": failure.code, "message": failure.when }],
        "meta": { "endpoint": "/client/profile", "method": "GET", "timing": 3 },
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
        let is_optional = optional.contains(&field.name);
        let schema = if is_optional { field_schema::optional_text(field) } else { field_schema::text(field) };
        (field.name.to_owned(), schema)
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
        let text = field_schema::text(&field);
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
