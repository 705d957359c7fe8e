//! Everything that is wrong with the members of a row that cannot be read, each with its place in the row.

use profile_domain::catalogue::pointer_token;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use serde_path_to_error::{Path, Segment};

use super::{
    Kind, account::AccountRow, api_key::ApiKeyRow, app::AppRow, brand::BrandRow, business::BusinessRow,
    client::ClientRow, customer::CustomerRow, file::FileRow, group::GroupRow, language::LanguageRow,
    member::MemberRow, tenant::TenantRow, user::UserRow,
};
use crate::RowFault;

/// Most faults that are told of one row.
const MAX_FAULTS: usize = 100;

/// What stands in for a value that cannot be read, so that what follows it can be: one of them can be read in its place.
fn stand_ins() -> [Value; 8] {
    let id = "00000000-0000-0000-0000-000000000000";
    [
        Value::Null,
        json!(0),
        json!(""),
        json!(false),
        json!([]),
        json!({}),
        json!(id),
        json!("2000-01-01T00:00:00Z"),
    ]
}

/// Returns every fault of the members of a row. A row whose faults cannot be told apart has one.
pub(crate) fn faults_of(line: &[u8]) -> Vec<RowFault> {
    let whole = |rule| vec![RowFault::at("", rule)];
    // Repeated members of an object are found by the whole line alone.
    let Ok(Value::Object(mut row)) = serde_json::from_slice(line) else { return whole("format") };
    let kind = match row.remove("kind") {
        None => return vec![RowFault::at("/kind", "required")],
        Some(kind @ Value::String(_)) => serde_json::from_value(kind),
        Some(_) => return vec![RowFault::at("/kind", "type")],
    };
    let Ok(kind) = kind else { return vec![RowFault::at("/kind", "value")] };
    let faults = match kind {
        Kind::Customer => faults_as::<CustomerRow>(row),
        Kind::Account => faults_as::<AccountRow>(row),
        Kind::File => faults_as::<FileRow>(row),
        Kind::Business => faults_as::<BusinessRow>(row),
        Kind::App => faults_as::<AppRow>(row),
        Kind::ApiKey => faults_as::<ApiKeyRow>(row),
        Kind::User => faults_as::<UserRow>(row),
        Kind::Client => faults_as::<ClientRow>(row),
        Kind::Language => faults_as::<LanguageRow>(row),
        Kind::Tenant => faults_as::<TenantRow>(row),
        Kind::Brand => faults_as::<BrandRow>(row),
        Kind::Group => faults_as::<GroupRow>(row),
        Kind::Member => faults_as::<MemberRow>(row),
    };
    if faults.is_empty() { whole("format") } else { faults }
}

/// Puts faults into the order in which the row has their members; those of missing members come last.
pub(crate) fn sort_faults(faults: &mut [RowFault], line: &[u8]) {
    let Ok(Value::Object(row)) = serde_json::from_slice(line) else { return };
    let member = |fault: &RowFault| fault.pointer.split('/').nth(1).map(str::to_owned).unwrap_or_default();
    let place = |fault: &RowFault| row.keys().position(|known| pointer_token(known) == member(fault));
    faults.sort_by_key(|fault| (fault.rule == "required", place(fault)));
}

/// Reads the row again and again, each time without the fault that was found before.
fn faults_as<T: DeserializeOwned>(row: Map<String, Value>) -> Vec<RowFault> {
    let mut row = Value::Object(row);
    let mut faults: Vec<RowFault> = Vec::new();
    let mut tried = 0;
    while let Err((pointer, fault)) = read::<T>(&row) {
        let is_told = faults.iter().any(|told| told.pointer == pointer);
        tried = if is_told { tried + 1 } else { 0 };
        let Some(stand_in) = stand_ins().into_iter().nth(tried) else { break };
        if !is_told {
            faults.push(RowFault::at(&pointer, fault));
        }
        if faults.len() >= MAX_FAULTS || !put(&mut row, &pointer, fault, stand_in) {
            break;
        }
    }
    faults
}

/// Reads a row; returns the place of the first fault and the rule that it breaks.
fn read<T: DeserializeOwned>(row: &Value) -> Result<(), (String, &'static str)> {
    let read: Result<T, _> = serde_path_to_error::deserialize(row);
    let Err(error) = read else { return Ok(()) };
    let pointer = pointer_of(error.path());
    let text = error.inner().to_string();
    let named = |words: &str| text.strip_prefix(words)?.split('`').next().map(pointer_token);
    if let Some(member) = named("unknown field `") {
        // The path of an unknown member may or may not have its name.
        let ending = format!("/{member}");
        return Err((if pointer.ends_with(&ending) { pointer } else { pointer + &ending }, "unknown"));
    }
    if let Some(member) = named("missing field `") {
        return Err((format!("{pointer}/{member}"), "required"));
    }
    let rule = if text.starts_with("invalid type") {
        "type"
    } else if text.starts_with("unknown variant") || text.starts_with("invalid value") {
        "value"
    } else {
        "format"
    };
    Err((pointer, rule))
}

fn pointer_of(path: &Path) -> String {
    let segment = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", pointer_token(key)),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    };
    path.iter().map(segment).collect()
}

/// Removes an unknown member, or puts a stand-in for one that cannot be read or is missing; `false` if there is no such place.
fn put(row: &mut Value, pointer: &str, fault: &str, stand_in: Value) -> bool {
    let Some((parent, member)) = pointer.rsplit_once('/') else { return false };
    let member = member.replace("~1", "/").replace("~0", "~");
    match row.pointer_mut(parent) {
        Some(Value::Object(parent)) if fault == "unknown" => parent.remove(&member).is_some(),
        Some(Value::Object(parent)) => {
            parent.insert(member, stand_in);
            true
        }
        Some(Value::Array(items)) => {
            let item = member.parse().ok().and_then(|place: usize| items.get_mut(place));
            item.map(|item| *item = stand_in).is_some()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_order(line: &str) -> Vec<RowFault> {
        let mut faults = faults_of(line.as_bytes());
        sort_faults(&mut faults, line.as_bytes());
        faults
    }

    fn told(line: &str) -> Vec<(String, &'static str)> {
        in_order(line).into_iter().map(|fault| (fault.pointer, fault.rule)).collect()
    }

    #[test]
    fn each_fault_of_a_row_has_its_place() {
        for (line, expected) in [
            ("{\"kind\":", &[("", "format")][..]),
            ("{}", &[("/kind", "required")]),
            (r#"{"kind":5}"#, &[("/kind", "type")]),
            (r#"{"kind":"robot"}"#, &[("/kind", "value")]),
            (r#"{"kind":"account","login":1,"city":5,"state":6}"#, &[("/city", "type"), ("/state", "type")]),
            (r#"{"kind":"account","login":1,"enable":2}"#, &[("/enable", "value")]),
            (
                r#"{"kind":"account","a/b":5,"a.b":5,"city":5}"#,
                &[("/a~1b", "unknown"), ("/a.b", "unknown"), ("/city", "type"), ("/login", "required")],
            ),
            (
                r#"{"kind":"member","id":1,"email":"a@b.test","given_name":"A","tenants":[{"id":1,"tenant_id":7,"role":"x"}]}"#,
                &[("/tenants/0/role", "type"), ("/tenants/0/status", "required")],
            ),
            (
                r#"{"kind":"user","id":"user_x","username":"x","created_at":"x","holdings":[{"symbol":"S"}]}"#,
                &[
                    ("/created_at", "format"),
                    ("/holdings/0/name", "required"),
                    ("/holdings/0/balance", "required"),
                ],
            ),
            (
                r#"{"kind":"user","id":"user_x","username":"x","verification":{"nick":1}}"#,
                &[("/verification/nick", "unknown")],
            ),
            (r#"{"kind":"client","sub":"x"}"#, &[("/sub", "format")]),
        ] {
            let expected: Vec<_> =
                expected.iter().map(|(place, rule)| ((*place).to_owned(), *rule)).collect();
            assert_eq!(told(line), expected, "{line}");
        }
    }
}
