//! `profile show` and `profile history`: a record and its changes, as an admin sees them in the operator API.

use std::{
    io::{Write as _, stdout},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use chrono::{DateTime, SubsecRound as _, Utc};
use profile_domain::{change::RecordKind, operator::Role};
use profile_http::contracts::operator::{shown_change, shown_record};
use profile_usecases::operator::{
    Moment, OperatorRefusal, RecordName, get_record, get_state, is_canonical, list_record_changes,
};
use serde_json::{Value, json};

use crate::{output::print_json, settings::Settings, wiring::readable_ports};

/// Changes that are read at once.
const PAGE: u32 = 200;

/// `profile show`: a record as it stands, or as it was.
pub(crate) async fn show(
    settings: &Settings,
    (kind, key): (&str, &str),
    as_of: Option<DateTime<Utc>>,
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let name = name(kind, key)?;
    let ports = readable_ports(settings).await?;
    let view = match as_of {
        Some(at) if at > ports.clock.now() => bail!("--as-of is in the future"),
        Some(at) => get_state(&ports, &name, Moment::AsOf(at.trunc_subsecs(6)), false).await,
        None => get_record(&ports, &name).await,
    };
    let record = shown_record(&view.map_err(|refused| told(&name, refused))?, Role::Admin);
    if as_json {
        print_json(&record)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = stdout().lock();
    writeln!(
        out,
        "{kind} {key}, version {}, of {}",
        part(&record, "version"),
        plain(part(&record, "person"))
    )?;
    writeln!(
        out,
        "since {}, changed {}",
        plain(part(&record, "created_at")),
        caused(part(&record, "updated_at"), &record)
    )?;
    let withheld: Vec<&str> =
        part(&record, "withheld").as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (field, value) in flat("", part(&record, "fields")) {
        let shown = if withheld.contains(&field.as_str()) { "(not shown)".to_owned() } else { plain(&value) };
        writeln!(out, "  {field:40} {shown}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// `profile history`: every change of a record, newest first.
pub(crate) async fn history(
    settings: &Settings,
    (kind, key): (&str, &str),
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let name = name(kind, key)?;
    let ports = readable_ports(settings).await?;
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let page = list_record_changes(&ports, &name, before, PAGE).await;
        let page = page.map_err(|refused| told(&name, refused))?;
        let Some(last) = page.last() else { break };
        before = Some(last.version);
        all.extend(page.iter().map(|change| shown_change(change, Role::Admin)));
    }
    if as_json {
        print_json(&json!({ "changes": all, "next": null }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut out = stdout().lock();
    for change in &all {
        let end = if *part(change, "ended") == true { ", the end" } else { "" };
        writeln!(out, "version {}, {}{end}", part(change, "version"), caused(part(change, "at"), change))?;
        let withheld = part(change, "withheld").as_array();
        for field in part(change, "fields").as_array().into_iter().flatten() {
            let is_shown = !withheld.is_some_and(|withheld| withheld.contains(part(field, "field")));
            let shown = |value: &Value| if is_shown { plain(value) } else { "(not shown)".to_owned() };
            let name = plain(part(field, "field"));
            writeln!(out, "  {name:40} {} → {}", shown(part(field, "old")), shown(part(field, "new")))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A member of an object; null where it is not there.
fn part<'a>(of: &'a Value, name: &str) -> &'a Value {
    of.get(name).unwrap_or(&Value::Null)
}

fn name(kind: &str, key: &str) -> anyhow::Result<RecordName> {
    let kind = RecordKind::from_name(kind).with_context(|| {
        format!("there is no kind {kind}; there are {}", RecordKind::ALL.map(RecordKind::name).join(", "))
    })?;
    anyhow::ensure!(is_canonical(kind, key), "no {} can have the key {key}", kind.name());
    Ok(RecordName { kind, key: key.to_owned() })
}

fn told(RecordName { kind, key }: &RecordName, refused: OperatorRefusal) -> anyhow::Error {
    match refused {
        OperatorRefusal::NotFound => anyhow::anyhow!("there is no {} {key}", kind.name()),
        OperatorRefusal::Ended => {
            anyhow::anyhow!("{} {key} has ended; profile history shows what it was", kind.name())
        }
        other => other.into(),
    }
}

/// When something was changed, by whom, through which door, and why.
fn caused(at: &Value, of: &Value) -> String {
    let cause = part(of, "cause");
    let reason = part(cause, "reason").as_str().map(|reason| format!(": {reason}")).unwrap_or_default();
    format!("{} by {} ({}){reason}", plain(at), plain(part(cause, "actor")), plain(part(cause, "door")))
}

/// The fields of an object, members of objects behind a dot.
fn flat(path: &str, value: &Value) -> Vec<(String, Value)> {
    let within = |(name, value): (&String, &Value)| {
        let name = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match value {
            Value::Object(members) if !members.is_empty() => flat(&name, value),
            _ => vec![(name, value.clone())],
        }
    };
    value.as_object().into_iter().flatten().flat_map(within).collect()
}

/// A value without the marks of JSON, on one line.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.escape_debug().to_string().replace("\\\"", "\""),
        other => other.to_string(),
    }
}
