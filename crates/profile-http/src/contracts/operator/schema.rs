//! JSON Schema of the fields of a kind, from the catalogue that validates them (operator API page, section 6).

use profile_domain::{
    catalogue::{Entry, Part, catalogue, parts},
    change::RecordKind,
    field::{Class, Content, Field, FieldType, Searchable, Write},
    operator::{Role, policy},
    rule::TextRule,
};
use serde_json::{Map, Value, json};

/// Returns the schema of `fields` of a kind, as a new record is given them.
pub(super) fn kind_schema(kind: RecordKind) -> Value {
    let mut schema = object(kind, "");
    if let Some(members) = schema.as_object_mut() {
        members.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        members.insert("title".to_owned(), json!(kind.name()));
    }
    schema
}

/// Returns the schema of an object; `prefix` is its name with a dot behind it, or nothing for the record itself.
fn object(kind: RecordKind, prefix: &str) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    let own = |name: &'static str| name.strip_prefix(prefix).filter(|rest| !rest.contains('.'));
    for entry in catalogue(kind) {
        if let Some(name) = own(&entry.name) {
            properties.insert(name.to_owned(), field(kind, entry));
            required.extend(entry.field.mandatory.then_some(name));
        }
    }
    for Part { name, nullable, mandatory } in parts(kind) {
        if let Some(short) = own(name) {
            let mut within = object(kind, &format!("{name}."));
            if *nullable && let Some(members) = within.as_object_mut() {
                members.insert("type".to_owned(), json!(["object", "null"]));
            }
            properties.insert(short.to_owned(), within);
            required.extend(mandatory.then_some(short));
        }
    }
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// Returns the schema of a field.
pub(super) fn field(kind: RecordKind, entry: &Entry) -> Value {
    let field = &entry.field;
    let mut schema = value(field);
    if let Some(members) = schema.as_object_mut() {
        if field.write == Write::Never {
            members.insert("readOnly".to_owned(), json!(true));
        }
        if field.write_only || entry.is_input {
            members.insert("writeOnly".to_owned(), json!(true));
        }
        members.insert("x-class".to_owned(), json!(class(field.class)));
        members.insert("x-role".to_owned(), json!(policy::lowest_writer(kind, entry).map(Role::name)));
        members.insert("x-search".to_owned(), json!(search(field.searchable)));
    }
    schema
}

/// Returns the schema of what a field holds.
fn value(field: &Field) -> Value {
    let (name, schema) = match field.holds {
        FieldType::Text { rule: TextRule::OneOf(words) | TextRule::TrimmedOneOf(words), .. } => {
            let null = field.nullable.then_some(Value::Null);
            let words: Vec<Value> = words.iter().map(|word| json!(word)).chain(null).collect();
            ("string", json!({ "enum": words }))
        }
        FieldType::Text { max_chars: usize::MAX, .. } => ("string", json!({})),
        FieldType::Text { max_chars, .. } => ("string", json!({ "maxLength": max_chars })),
        FieldType::Integer => ("integer", json!({})),
        FieldType::IntegerWithin { min, max } => ("integer", json!({ "minimum": min, "maximum": max })),
        FieldType::Number | FieldType::Decimal | FieldType::SentNumber => ("number", json!({})),
        FieldType::Bit => ("integer", json!({ "enum": [0, 1] })),
        FieldType::Flag => ("boolean", json!({})),
        FieldType::Time => ("string", json!({ "format": "date-time" })),
        FieldType::List => ("array", items(field)),
        FieldType::Object => ("object", members(field.content)),
        FieldType::Json => return json!({}),
    };
    let mut schema = schema;
    if let Some(within) = schema.as_object_mut() {
        let types = if field.nullable { json!([name, "null"]) } else { json!(name) };
        within.insert("type".to_owned(), types);
    }
    schema
}

fn items(field: &Field) -> Value {
    match field.content {
        Content::Anything => json!({}),
        Content::Values(of) => json!({ "items": value(of) }),
        Content::Members(_) | Content::Descending { .. } => {
            let mut item = members(field.content);
            if let Some(within) = item.as_object_mut() {
                within.insert("type".to_owned(), json!("object"));
            }
            json!({ "items": item })
        }
    }
}

fn members(content: Content) -> Value {
    let (Content::Members(fields) | Content::Descending { members: fields, .. }) = content else {
        return json!({});
    };
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), value(field))).collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.mandatory).map(|field| field.name).collect();
    json!({ "properties": properties, "required": required, "additionalProperties": false })
}

/// Returns the name of a class on the wire.
pub(super) const fn class(class: Class) -> &'static str {
    match class {
        Class::Public => "public",
        Class::Personal => "personal",
        Class::Sensitive => "sensitive",
    }
}

const fn search(searchable: Searchable) -> Option<&'static str> {
    match searchable {
        Searchable::No => None,
        Searchable::Exact | Searchable::Phone => Some("exact"),
        Searchable::Name => Some("name"),
    }
}
