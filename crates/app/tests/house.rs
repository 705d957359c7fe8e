//! The rules of the house that no compiler checks: documents name paths that exist, files are short and say what they
//! are for, and the committed API documents are those that are served.
#![allow(clippy::unwrap_used)] // a test fails by panicking

use std::{
    fs,
    path::{Path, PathBuf},
};

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
        let served =
            profile_http::document(Some(contract.name), "http://127.0.0.1:8080").to_pretty_json().unwrap();
        let hint = format!("{file} is another: look at the difference and run `just openapi`");
        assert!(committed.trim_end() == served, "{hint}");
    }
}
