//! What the console does, the operator API does: each form that acts has its operation in the list of `docs/console.md`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// What begins and ends a session, for which the operator API has no need.
const OF_SESSIONS: [&str; 3] = ["POST /console/sign-in", "POST /console/sign-out", "POST"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// The address with `{}` for what a template fills in.
fn pattern(action: &str) -> String {
    let mut parts = action.split("{{");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |pattern, part| pattern + "{}" + part.split_once("}}").unwrap().1)
}

/// The value of an attribute.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\""))?.1.split('"').next()
}

/// Every form that acts, with the button where it has several.
fn forms() -> BTreeSet<String> {
    let mut forms = BTreeSet::new();
    for template in fs::read_dir(root().join("crates/profile-console/templates")).unwrap() {
        let path = template.unwrap().path();
        let Some("html") = path.extension().and_then(|ending| ending.to_str()) else { continue };
        let text = fs::read_to_string(&path).unwrap();
        for form in text.split("<form ").skip(1) {
            let form = form.split("</form>").next().unwrap();
            let tag = format!(" {}", form.split('>').next().unwrap());
            if attribute(&tag, "method") != Some("post") {
                continue;
            }
            let action = format!("POST {}", pattern(attribute(&tag, "action").unwrap_or_default()));
            let action = action.trim_end();
            let acts: Vec<&str> =
                form.split(" name=\"act\"").skip(1).filter_map(|act| attribute(act, "value")).collect();
            forms.extend(acts.iter().map(|act| format!("{action} {act}")));
            if acts.is_empty() {
                forms.insert(action.to_owned());
            }
        }
    }
    forms
}

/// The list: what a form does, and the operation that does the same.
fn listed() -> BTreeMap<String, String> {
    let page = fs::read_to_string(root().join("docs/console.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `POST"));
    rows.map(|row| {
        let mut cells = row.split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).skip(1);
        (cells.next().unwrap(), cells.next().unwrap())
    })
    .collect()
}

#[test]
fn each_form_that_acts_has_its_operation_in_the_list() {
    let listed = listed();
    let forms: BTreeSet<String> =
        forms().into_iter().filter(|form| !OF_SESSIONS.contains(&form.as_str())).collect();
    assert_eq!(forms, listed.keys().cloned().collect(), "the table of docs/console.md");
    let document: Value =
        serde_json::from_str(&fs::read_to_string(root().join("openapi/operator.json")).unwrap()).unwrap();
    let paths = document["paths"].as_object().unwrap().values();
    let known: BTreeSet<&str> = paths
        .flat_map(|path| path.as_object().unwrap().values())
        .filter_map(|operation| operation["operationId"].as_str())
        .collect();
    for (form, operation) in &listed {
        assert!(known.contains(operation.as_str()), "{form}: {operation} is no operation");
    }
}
