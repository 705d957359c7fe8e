//! The examples of the API documents are answers of the running service to the people of the tests.
//!
//! `PROOF_WRITE_EXAMPLES` writes them; after that `just openapi` puts them into the documents.

use std::{env, fs, path::PathBuf};

use serde_json::{Map, Value, json};

use crate::{
    DATABASE,
    authorisation::form,
    callers::{Cast, authorization},
    routes::{Body, DOCUMENTS, Object, Operation, operations},
    support::{Answer, Target, clients},
};

/// Items of a list that an example shows.
const ITEMS: usize = 2;
/// A client who has no records yet.
const NEW_CLIENT: &str = "5b2f6a3e-8f0d-4c56-9f6e-00000000e001";

fn file(contract: &str) -> PathBuf {
    let contracts = "../profile-http/src/contracts";
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(contracts).join(contract).join("examples.json")
}

/// Shortens lists, of which an example needs only the beginning.
fn shortened(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().take(ITEMS).map(shortened).collect(),
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (name, shortened(value))).collect::<Map<_, _>>().into()
        }
        scalar => scalar,
    }
}

/// Whether two answers have the same members of the same types; where one is null, the other may be anything.
fn are_alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Null, _) | (_, Value::Null) => true,
        (Value::Array(one), Value::Array(other)) => {
            one.first().zip(other.first()).is_none_or(|(one, other)| are_alike(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.keys().eq(other.keys()) && one.iter().all(|(name, value)| are_alike(value, &other[name]))
        }
        (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

/// The same object with a person, or a key, that there is.
async fn existing(target: &Target, cast: &Cast, operation: &Operation, object: &Object, key: &str) -> Object {
    let read = async |path: &str| target.send("GET", path, |request| request.bearer_auth(key)).await.json();
    let parameter = if operation.spellings[0].contains("{person}") {
        read(&format!("/operator/v1/records/account/{}", cast.family.alone)).await["person"].clone()
    } else if operation.spellings[0].contains("/keys/{id}") {
        read("/operator/v1/").await["key"]["id"].clone()
    } else {
        return object.clone();
    };
    Object { parameters: vec![parameter.as_str().unwrap().to_owned()], ..object.clone() }
}

async fn ask(
    target: &Target,
    cast: &Cast,
    operation: &Operation,
    id: &str,
    object: &Object,
    operator: &str,
) -> Answer {
    let callers = cast.callers(target);
    // The first of a contract's callers is one who may do most.
    let caller = callers.iter().find(|caller| caller.group == operation.contract);
    let credential = caller.map_or(operator, |caller| caller.credential.as_deref().unwrap());
    let credential = authorization(operation.contract, credential);
    let object = &existing(target, cast, operation, object, operator).await;
    let credential = match id {
        "get_customer" => crate::support::customer(cast.family.double),
        "create_client_profile" | "create_address" | "accept_terms" => clients::token(NEW_CLIENT),
        _ if id.ends_with("_tax") || id.ends_with("_assessment") => clients::token(NEW_CLIENT),
        _ => credential,
    };
    target
        .send(&operation.method, &Operation::path(&operation.spellings[0], object), |request| {
            let request =
                request.header("authorization", credential).header("api-version-date", "2026-10-15-1");
            let request = if id == "put_record" { request.header("if-none-match", "*") } else { request };
            match &object.body {
                Body::Json(body) => request.json(body),
                Body::Form => request.multipart(form(operation.contract)),
                Body::Nothing | Body::Png | Body::Rows => request,
            }
        })
        .await
}

/// The example of an operation: what is sent, and what is answered.
async fn example(target: &Target, cast: &Cast, operation: &Operation, id: &str, operator: &str) -> Value {
    let object = &operation.objects[0];
    let mut example = Map::new();
    if let Body::Json(body) = &object.body {
        example.insert("request".to_owned(), body.clone());
    }
    let answer = ask(target, cast, operation, id, object, operator).await;
    let is_json = answer.header("content-type").ends_with("json") && id != "import_records";
    if matches!(answer.status, 200 | 201) && is_json {
        example.insert("response".to_owned(), shortened(answer.json()));
    }
    example.into()
}

/// The operations of a document with their ids; what is created comes first, so that it can be read.
fn named<'a>(document: &'a Value, operations: &'a [Operation]) -> Vec<(&'a str, &'a Operation)> {
    let mut named = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, described) in methods.as_object().unwrap() {
            let id = described["operationId"].as_str().unwrap();
            let is_this =
                |one: &&Operation| one.method.eq_ignore_ascii_case(method) && one.spellings.contains(path);
            if !id.contains("_alias_") {
                named.push((id, operations.iter().find(is_this).unwrap()));
            }
        }
    }
    named.sort_by_key(|(_, operation)| operation.method != "POST");
    named
}

#[tokio::test]
async fn examples_are_answers_of_the_service() {
    let target = Target::unlimited(DATABASE);
    let cast = Cast::of(&target);
    let upload = target.own_token(&cast.people.nora);
    let made = target
        .send("POST", "/files", |request| request.bearer_auth(upload).json(&json!({"filename": "nora.png"})))
        .await;
    let operator = target.operator_key(DATABASE, "admin", &[]).secret;
    let operations = operations(&cast, made.json()["id"].as_str().unwrap());
    for (contract, document) in DOCUMENTS {
        let document: Value = serde_json::from_str(document).unwrap();
        let mut examples = Map::new();
        for (id, operation) in named(&document, &operations) {
            examples.insert(id.to_owned(), example(&target, &cast, operation, id, &operator).await);
        }
        let examples = Value::from(examples);
        if env::var_os("PROOF_WRITE_EXAMPLES").is_some() {
            fs::write(file(contract), format!("{examples:#}\n")).unwrap();
            continue;
        }
        let committed = serde_json::from_str(&fs::read_to_string(file(contract)).unwrap()).unwrap();
        assert!(are_alike(&committed, &examples), "{contract}: run `just examples`\n{examples:#}");
    }
}
