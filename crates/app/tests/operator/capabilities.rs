//! Capabilities of the own role, and the schema of a kind (sections 6 and 7).

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::{ok, problem, texts},
    fixtures::{CREATED, client_with_profile, made},
    service::Service,
};

/// One field of a record's capabilities.
fn field<'a>(capabilities: &'a Value, name: &str) -> &'a Value {
    capabilities["fields"]
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field["field"] == name)
        .unwrap_or_else(|| panic!("{name}: {capabilities}"))
}

pub async fn a_role_is_told_what_it_reads_and_writes(service: &Service) {
    let client = client_with_profile(service).await;
    let answer = service.get(Role::Reader, &format!("{client}/capabilities")).await;
    assert_eq!(answer.keys(), ["kind", "key", "caller", "fields"]);
    let members: Vec<String> = answer.json()["fields"][0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["field", "class", "readable", "writable", "rule", "limits"]);
    for (role, name, readable, writable, rule) in [
        (Role::Reader, "profile.first_name", false, false, json!("role.write")),
        (Role::Support, "profile.first_name", true, true, Value::Null),
        (Role::Support, "profile.date_of_birth", false, false, json!("role.write_sensitive")),
        (Role::Privacy, "profile.date_of_birth", true, true, Value::Null),
        (Role::Admin, "profile.date_of_birth", true, true, Value::Null),
        (Role::Admin, "picture", true, false, json!("field.read_only")),
        (Role::Reader, "client_id", false, false, json!("role.write")),
    ] {
        let capabilities = ok(&service.get(role, &format!("{client}/capabilities")).await);
        let of = field(&capabilities, name);
        assert_eq!(
            (&of["readable"], &of["writable"], &of["rule"]),
            (&json!(readable), &json!(writable), &rule),
            "{role:?} {name}"
        );
        assert!(of["limits"].is_object());
        assert!(capabilities["caller"].as_str().unwrap().starts_with("operator:opk_"));
    }
    let key = made(service, "api_key").await;
    let capabilities = ok(&service.get(Role::Admin, &format!("{key}/capabilities")).await);
    let secret = field(&capabilities, "secret");
    assert_eq!(
        (&secret["readable"], &secret["writable"], &secret["rule"]),
        (&json!(false), &json!(true), &json!("field.write_only"))
    );
    let file = made(service, "file").await;
    let capabilities = ok(&service.get(Role::Admin, &format!("{file}/capabilities")).await);
    assert_eq!(field(&capabilities, "extension")["rule"], "field.read_only");
    let business = made(service, "business").await;
    let capabilities = ok(&service.get(Role::Reader, &format!("{business}/capabilities")).await);
    assert_eq!(
        (&field(&capabilities, "title")["readable"], &field(&capabilities, "title")["class"]),
        (&json!(true), &json!("public"))
    );
    problem(&service.get(Role::Reader, "/records/account/999999992/capabilities").await, 404, "not_found");
}

pub async fn a_capability_is_what_the_call_does(service: &Service) {
    for kind in CREATED {
        let path = made(service, kind).await;
        for role in Role::ALL {
            let record = ok(&service.get(role, &path).await);
            let withheld: Vec<String> = texts(&record["withheld"]).into_iter().map(str::to_owned).collect();
            let capabilities = ok(&service.get(role, &format!("{path}/capabilities")).await);
            for field in capabilities["fields"].as_array().unwrap() {
                let name = field["field"].as_str().unwrap();
                if field["class"] != "sensitive" {
                    let is_shown = !withheld.iter().any(|hidden| hidden == name);
                    assert_eq!(field["readable"], is_shown, "{kind} {role:?} {name}");
                }
                assert_eq!(
                    field["writable"] == true && field["readable"] == true,
                    field["rule"].is_null(),
                    "{kind} {role:?} {name}"
                );
            }
        }
    }
}

/// Whether `value` obeys `schema`, as far as the schemas of this service go.
fn obeys(schema: &Value, value: &Value, place: &str, withheld: &[&str]) {
    if withheld.contains(&place) {
        return;
    }
    if let Some(types) = schema.get("type") {
        let is = |name: &str| match name {
            "null" => value.is_null(),
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            other => panic!("type {other}"),
        };
        let fits = types.as_str().map_or_else(|| texts(types).into_iter().any(is), is);
        assert!(fits, "{place}: {value} is no {types}");
    }
    if let Some(allowed) = schema.get("enum") {
        assert!(allowed.as_array().unwrap().contains(value), "{place}: {value} is none of {allowed}");
    }
    if let (Some(most), Some(text)) = (schema.get("maxLength"), value.as_str()) {
        assert!(text.chars().count() as u64 <= most.as_u64().unwrap(), "{place}");
    }
    for item in value.as_array().into_iter().flatten() {
        obeys(schema.get("items").unwrap_or(&Value::Null), item, &format!("{place}[]"), withheld);
    }
    let Some(properties) = schema.get("properties") else { return };
    for (name, member) in value.as_object().into_iter().flatten() {
        let property = properties.get(name).unwrap_or_else(|| panic!("{place}.{name} is not in the schema"));
        let place = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
        obeys(property, member, &place, withheld);
    }
}

pub async fn every_record_obeys_the_schema_of_its_kind(service: &Service) {
    for kind in CREATED.into_iter().chain(["upload"]) {
        let answer = service.get(Role::Reader, &format!("/kinds/{kind}/schema")).await;
        assert_eq!(answer.header("content-type"), "application/schema+json");
        let schema = ok(&answer);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!((&schema["type"], &schema["additionalProperties"]), (&json!("object"), &json!(false)));
        for record in
            ok(&service.get(Role::Admin, &format!("/records?kind={kind}&limit=200")).await)["records"]
                .as_array()
                .unwrap()
        {
            obeys(&schema, &record["fields"], "", &texts(&record["withheld"]));
            let mut names: Vec<&String> = record["fields"].as_object().unwrap().keys().collect();
            let mut shown: Vec<&String> = schema["properties"]
                .as_object()
                .unwrap()
                .keys()
                .filter(|name| !["base64", "legacy_svg", "password"].contains(&name.as_str()))
                .collect();
            names.sort();
            shown.sort();
            assert_eq!(names, shown, "{kind}");
        }
    }
}

pub async fn a_schema_says_class_role_and_search(service: &Service) {
    for (kind, pointer, class, role, search) in [
        ("account", "/properties/name", "personal", json!("support"), json!("name")),
        ("account", "/properties/city", "personal", json!("support"), Value::Null),
        ("account", "/properties/phone", "personal", json!("support"), json!("exact")),
        ("user", "/properties/username", "public", json!("support"), json!("exact")),
        ("user", "/properties/banner", "public", Value::Null, Value::Null),
        ("app", "/properties/installs", "public", json!("admin"), Value::Null),
        ("api_key", "/properties/secret", "sensitive", json!("admin"), Value::Null),
        (
            "client",
            "/properties/profile/properties/date_of_birth",
            "sensitive",
            json!("privacy"),
            Value::Null,
        ),
        ("client", "/properties/profile/properties/first_name", "personal", json!("support"), json!("name")),
        ("upload", "/properties/filename", "personal", Value::Null, Value::Null),
        ("member", "/properties/email", "personal", json!("support"), json!("exact")),
    ] {
        let schema = ok(&service.get(Role::Reader, &format!("/kinds/{kind}/schema")).await);
        let field = schema.pointer(pointer).unwrap_or_else(|| panic!("{kind}{pointer}"));
        assert_eq!(
            (&field["x-class"], &field["x-role"], &field["x-search"]),
            (&json!(class), &role, &search),
            "{kind}{pointer}"
        );
    }
    let schema = async |kind: &str| ok(&service.get(Role::Reader, &format!("/kinds/{kind}/schema")).await);
    let (account, file, key, member) =
        (schema("account").await, schema("file").await, schema("api_key").await, schema("member").await);
    assert_eq!(account["properties"]["city"]["maxLength"], 128);
    assert_eq!(file["required"], json!(["extension", "base64"]));
    assert_eq!(member["required"], json!(["email", "given_name"]));
    assert_eq!(
        (&key["properties"]["secret"]["writeOnly"], &file["properties"]["base64"]["writeOnly"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(file["properties"]["file_size"]["readOnly"], true);
    problem(&service.get(Role::Reader, "/kinds/nothing/schema").await, 404, "not_found");
}
