//! The records of a client in a row, each read by the rules of the contract (contract client, section 4).

use chrono::{DateTime, NaiveDateTime, SubsecRound as _, Utc};
use profile_domain::{
    Violation,
    client::{CURRENT_TERMS, Times},
    field::Field,
};
use profile_usecases::Refusal;
use serde_json::{Map, Value};

pub(super) type JsonObject = Map<String, Value>;

/// A record and, where the row has them, its times.
pub(super) type Timed<T> = Option<(T, Option<Times>)>;

/// The members that every record may have beside its fields.
const TIMES: [&str; 2] = ["created_time", "updated_time"];

/// Reads a record of these fields by its own rules; a violation names the record as well as the field.
pub(super) fn record<T>(
    name: &str,
    fields: &[Field],
    record: Option<&JsonObject>,
    read: impl Fn(&JsonObject) -> Result<T, Vec<Violation>>,
) -> Result<Timed<T>, Refusal> {
    let Some(record) = record else { return Ok(None) };
    check_names(name, record, |member| {
        TIMES.contains(&member) || fields.iter().any(|field| field.name == member)
    })?;
    for (member, value) in record {
        if let Value::Object(within) = value {
            let is_known = |inner: &str| fields.iter().any(|field| field.name == format!("{member}.{inner}"));
            check_names(&format!("{name}.{member}"), within, is_known)?;
        }
    }
    let entry = read(record).map_err(|mut broken| {
        for violation in &mut broken {
            violation.field = format!("{name}.{}", violation.field);
        }
        Refusal::Invalid(broken)
    })?;
    let updated = time(name, record, "updated_time")?;
    let times = time(name, record, "created_time")?.map(|created| Times { created, updated });
    Ok(Some((entry, times)))
}

/// Refuses members that a record does not have; all at once.
fn check_names(name: &str, record: &JsonObject, is_known: impl Fn(&str) -> bool) -> Result<(), Refusal> {
    let unknown = record.keys().filter(|member| !is_known(member));
    let violation =
        |member: &String| Violation::new(format!("{name}.{member}"), "is unknown").of_rule("unknown");
    let unknown: Vec<Violation> = unknown.map(violation).collect();
    if unknown.is_empty() { Ok(()) } else { Err(Refusal::Invalid(unknown)) }
}

/// Reads the version of the accepted terms and when they were accepted.
pub(super) fn terms(record: &JsonObject) -> Result<(i32, Option<DateTime<Utc>>), Refusal> {
    check_names("tnc", record, |member| member == "version_id" || TIMES.contains(&member))?;
    let version = match record.get("version_id") {
        None | Some(Value::Null) => CURRENT_TERMS,
        Some(version) => version
            .as_i64()
            .and_then(|version| i32::try_from(version).ok())
            .ok_or_else(|| Refusal::invalid("tnc.version_id", "must be a whole number"))?,
    };
    Ok((version, time("tnc", record, "created_time")?))
}

fn time(name: &str, record: &JsonObject, member: &str) -> Result<Option<DateTime<Utc>>, Refusal> {
    let text = match record.get(member) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_str().unwrap_or_default(),
    };
    let zoned = text.parse::<DateTime<Utc>>();
    let read = zoned.or_else(|_| text.parse::<NaiveDateTime>().map(|naive| naive.and_utc()));
    let wrong = || Refusal::invalid(&format!("{name}.{member}"), "is no time");
    read.map(|at| Some(at.trunc_subsecs(6))).map_err(|_| wrong())
}
