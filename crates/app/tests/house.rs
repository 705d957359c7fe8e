//! The rules of the house that no compiler checks: documents name paths that exist, files are short and say what they
//! are for, contracts do not know each other, an operation has one name everywhere, and the committed API documents are
//! those that are served.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test fails by panicking

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// The address for which the documents are committed.
const ADDRESS: &str = "http://127.0.0.1:8080";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn files_below(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
}

/// What stands between back-quotes and looks like a path of this repository.
fn paths_in(text: &str) -> Vec<String> {
    let quoted = text.split('`').skip(1).step_by(2);
    let starts = ["crates/", "migrations/", "docs/", "openapi/", "scripts/", ".ci/", "profile-"];
    quoted
        .filter(|word| starts.iter().any(|start| word.starts_with(start)))
        .filter(|word| word.contains('/') && !word.contains(['{', '*', ' ', '…', ':']))
        .filter(|word| !word.starts_with("profile-data"))
        .map(|word| if word.starts_with("profile-") { format!("crates/{word}") } else { word.to_owned() })
        .collect()
}

#[test]
fn documents_name_paths_that_exist() {
    let mut documents = vec![root().join("ARCHITECTURE.md"), root().join("README.md")];
    files_below(&root().join("docs"), ".md", &mut documents);
    let mut named = 0;
    for document in documents {
        for path in paths_in(&fs::read_to_string(&document).unwrap()) {
            assert!(root().join(&path).exists(), "{} names {path}", document.display());
            named += 1;
        }
    }
    assert!(named > 30, "only {named} paths were found: is the rule still right?");
}

/// An update is prepared once for each type of row; one that left a column without a value out would be another statement.
#[test]
fn rows_that_are_updated_write_every_column() {
    let mut tables = Vec::new();
    files_below(&root().join("crates/profile-rows/src"), ".rs", &mut tables);
    let mut rows = 0;
    for table in tables {
        let text = fs::read_to_string(&table).unwrap();
        for row in text.split("#[derive(").filter(|row| row.contains("AsChangeset)]")) {
            assert!(row.contains("treat_none_as_null = true"), "{}: {row}", table.display());
            rows += 1;
        }
    }
    assert!(rows > 15, "only {rows} rows were found: is the rule still right?");
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut sources = Vec::new();
    files_below(&root().join("crates"), ".rs", &mut sources);
    for source in sources {
        let text = fs::read_to_string(&source).unwrap();
        assert!(text.starts_with("//! "), "{} does not say what it is for", source.display());
        let lines = text.lines().count();
        let generated = source.ends_with("schema.rs");
        let is_test = source.components().any(|part| part.as_os_str() == "tests");
        assert!(lines <= 400 || generated || is_test, "{} has {lines} lines", source.display());
    }
}

#[test]
fn the_committed_api_documents_are_those_that_are_served() {
    for contract in profile_http::contracts::all() {
        let file = format!("openapi/{}.json", contract.name);
        let committed = fs::read_to_string(root().join(&file)).unwrap_or_default();
        let served = format!("{:#}", profile_http::document(Some(contract.name), ADDRESS, ADDRESS));
        let hint = format!("{file} is another: look at the difference and run `just openapi`");
        assert!(committed.trim_end() == served, "{hint}");
    }
}

/// The API for operators, which is no contract of its own people.
const OPERATOR: &str = "operator";

fn contract_names() -> Vec<&'static str> {
    profile_http::contracts::all().iter().map(|contract| contract.name).collect()
}

/// The names in the paths that a source file imports.
fn imported_names(source: &str) -> BTreeSet<&str> {
    let is_separator = |letter: char| !(letter.is_alphanumeric() || letter == '_');
    let mut names = BTreeSet::new();
    let mut is_import = false;
    for line in source.lines().map(str::trim) {
        is_import |= line.starts_with("use ") || line.starts_with("pub") && line.contains(" use ");
        if is_import {
            names.extend(line.split(is_separator));
            is_import = !line.ends_with(';');
        }
    }
    names
}

#[test]
fn no_contract_imports_another() {
    let contracts = contract_names();
    let mut read = 0;
    for layer in ["crates/profile-http/src/contracts", "crates/profile-usecases/src"] {
        // The operator API stands over all contracts.
        for contract in contracts.iter().filter(|contract| **contract != OPERATOR) {
            let mut sources = Vec::new();
            files_below(&root().join(layer).join(contract), ".rs", &mut sources);
            for source in sources {
                let text = fs::read_to_string(&source).unwrap();
                let imported = imported_names(&text);
                for other in contracts.iter().filter(|other| *other != contract) {
                    let paths = [format!("crate::{other}::"), format!("contracts::{other}")];
                    let is_sibling = imported.contains(other) || paths.iter().any(|path| text.contains(path));
                    assert!(!is_sibling, "{} imports from the {other} contract", source.display());
                }
                read += 1;
            }
        }
    }
    assert!(read > 80, "only {read} files were found: is the rule still right?");
}

/// The ids of a contract's operations; aliases have that of the operation that they are.
fn operations(contract: &str) -> BTreeSet<String> {
    let document = profile_http::document(Some(contract), "", "");
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    let ids = operations.map(|operation| operation["operationId"].as_str().unwrap());
    ids.map(|id| id.split("_alias_").next().unwrap().to_owned()).collect()
}

/// What the files of an operation can be called: as the operation, or as the record that its verb is about, whose name
/// has no contract's in front of it within the contract.
fn file_names<'a>(contract: &str, operation: &'a str) -> [&'a str; 3] {
    let (_, noun) = operation.split_once('_').unwrap();
    let record = noun.strip_prefix(contract).and_then(|rest| rest.strip_prefix('_')).unwrap_or(noun);
    [operation, noun, record]
}

/// Operations whose story has another name, because they show parts of what one story finds, and those without a story,
/// because they show what no store knows.
const STORIES: [(&str, Option<&str>); 17] = [
    ("get_accounts", Some("find_client")),
    ("get_total_balance", Some("find_client")),
    ("get_status", Some("find_client")),
    ("get_system_status", Some("find_client")),
    ("get_onboarding_status", Some("find_client")),
    ("get_login_history", Some("find_client")),
    ("get_countries", None),
    ("get_placeholder", None),
    ("get_root", None),
    ("get_schema", None),
    ("get_key", None),
    ("get_jwks", None),
    ("list_subscriptions", None),
    ("list_deliveries", None),
    ("import_records", None),
    ("list_person_accesses", Some("list_accesses")),
    ("search_persons_by_body", Some("search_persons")),
];

/// Operations whose tests are in the file of a section of their page.
const TESTS: [(&str, &str); 31] = [
    ("get_jwks", "checkpoints"),
    ("get_root", "keys"),
    ("get_subscription", "subscriptions"),
    ("create_subscription", "subscriptions"),
    ("patch_subscription", "subscriptions"),
    ("remove_subscription", "subscriptions"),
    ("rotate_subscription_secret", "subscriptions"),
    ("replay_subscription", "subscriptions"),
    ("test_subscription", "subscriptions"),
    ("list_deliveries", "subscriptions"),
    ("get_key", "keys"),
    ("create_key", "keys"),
    ("revoke_key", "keys"),
    ("list_keys", "keys"),
    ("get_record", "records"),
    ("list_records", "records"),
    ("patch_record", "records"),
    ("put_record", "records"),
    ("end_record", "records"),
    ("revert_record", "history"),
    ("list_record_changes", "history"),
    ("get_person", "persons"),
    ("list_person_changes", "persons"),
    ("list_accesses", "access"),
    ("list_person_accesses", "access"),
    ("get_schema", "capabilities"),
    ("search_persons_by_body", "search_persons"),
    ("place_hold", "holds"),
    ("release_hold", "holds"),
    ("erase_person", "erasure"),
    ("list_erasures", "erasure"),
];

#[test]
fn an_operation_has_one_name_from_the_endpoint_to_the_test() {
    let mut all = BTreeSet::new();
    for contract in contract_names() {
        for operation in operations(contract) {
            let has_file = |folder: &str, names: &[&str]| {
                names.iter().any(|name| root().join(format!("{folder}/{contract}/{name}.rs")).exists())
            };
            let names = file_names(contract, &operation);
            let endpoint = "crates/profile-http/src/contracts";
            assert!(has_file(endpoint, &names), "{operation} has no file of the {contract} contract");
            let story = match STORIES.iter().find(|(named, _)| *named == operation) {
                Some((_, None)) => Vec::new(),
                Some((_, Some(story))) => vec![*story],
                None => names.to_vec(),
            };
            let has_story = story.is_empty() || has_file("crates/profile-usecases/src", &story);
            assert!(has_story, "{operation} has no story of the {contract} contract");
            let tests = match TESTS.iter().find(|(named, _)| *named == operation) {
                Some((_, tests)) => vec![*tests],
                None => names.to_vec(),
            };
            assert!(
                has_file("crates/app/tests", &tests),
                "{operation} has no test of the {contract} contract"
            );
            assert!(all.insert(operation.clone()), "two contracts have an operation {operation}");
        }
    }
    assert!(all.len() > 35, "only {} operations were found: is the rule still right?", all.len());
}

/// Everything that a part of a document refers to.
fn references(part: &Value) -> Vec<&str> {
    let own = part.get("$ref").and_then(Value::as_str);
    let within: Vec<&Value> = match part {
        Value::Object(members) => members.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    };
    own.into_iter().chain(within.into_iter().flat_map(references)).collect()
}

#[test]
fn references_of_the_api_document_lead_somewhere() {
    let document = profile_http::document(None, "", "");
    let references = references(&document);
    assert!(
        references.len() > 100,
        "only {} references were found: is the rule still right?",
        references.len()
    );
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}
