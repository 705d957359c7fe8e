//! The body of a call that writes fields of a record (operator API page, sections 3 and 5).

use chrono::{DateTime, Utc};
use profile_domain::{PersonId, Text, change::RecordKind, operator::Role};
use profile_ports::Passwords;
use profile_usecases::operator::{FieldError, Member, Members, NamedFields, Step};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Value as Json, json};

use super::{
    error::OperatorError,
    member::object_schema,
    query::person,
    reason::{pointer_token, read_cause},
};

/// What a body says, after every check that needs no stored record.
pub(super) struct RecordBody {
    pub(super) steps: Vec<Step>,
    pub(super) person: Option<PersonId>,
    pub(super) reason: Option<Text>,
}

/// Kinds whose records may be given to a person; the others have their parent's, or none.
const WITH_PERSON: [RecordKind; 6] = [
    RecordKind::Customer,
    RecordKind::Account,
    RecordKind::File,
    RecordKind::User,
    RecordKind::Client,
    RecordKind::Member,
];

impl RecordBody {
    /// Reads a body: first whether the role may write what it names, then everything that is wrong with it.
    pub(super) fn read(
        kind: RecordKind,
        members: &Members,
        role: Role,
        creating: bool,
        now: DateTime<Utc>,
        passwords: &dyn Passwords,
    ) -> Result<Self, OperatorError> {
        let fields = members.iter().find(|(name, _)| name == "fields").map(|(_, value)| value);
        let named = match fields {
            Some(Member::Object(fields)) => NamedFields::of(kind, fields),
            _ => NamedFields::of(kind, &Members::new()),
        };
        named.check_rights(role, creating)?;
        let mut body = Self { steps: Vec::new(), person: None, reason: None };
        let (mut faults, mut missing) = (Vec::new(), Vec::new());
        for (name, value) in members {
            match (name.as_str(), value) {
                ("fields", Member::Object(_)) => match named.steps(creating, now, passwords) {
                    Ok(steps) => body.steps = steps,
                    Err(found) => {
                        let (later, now): (Vec<_>, Vec<_>) =
                            found.into_iter().partition(|fault| is_missing(fault, fields));
                        faults.extend(now);
                        missing.extend(later);
                    }
                },
                ("fields", Member::Other(Json::Null)) => faults.push(FieldError::at("/fields", "required")),
                ("fields", Member::Other(_)) => faults.push(FieldError::at("/fields", "type")),
                ("cause", value) => body.reason = read_cause(value, &mut faults),
                ("person", value) if creating => body.person = read_person(kind, value, fields, &mut faults),
                (name, _) => faults.push(FieldError::at(format!("/{}", pointer_token(name)), "unknown")),
            }
        }
        if fields.is_none() {
            missing.push(FieldError::at("/fields", "required"));
        }
        if named.has_sensitive() && body.reason.is_none() && !faults.iter().any(is_about_reason) {
            missing.push(FieldError::at("/cause/reason", "required"));
        }
        faults.extend(missing);
        if faults.is_empty() { Ok(body) } else { Err(OperatorError::invalid(faults)) }
    }
}

fn is_about_reason(fault: &FieldError) -> bool {
    *fault == FieldError { rule: fault.rule, limit: fault.limit, ..FieldError::at("/cause/reason", "type") }
}

/// Whether a fault is about something that the body does not have, and not about what it has.
fn is_missing(fault: &FieldError, fields: Option<&Member>) -> bool {
    let profile_usecases::operator::Place::Pointer(pointer) = &fault.place else { return false };
    let Some(path) = pointer.strip_prefix("/fields/") else { return false };
    fault.rule == "required"
        && fields.is_some_and(|fields| fields.json().pointer(&format!("/{path}")).is_none())
}

fn read_person(
    kind: RecordKind,
    value: &Member,
    fields: Option<&Member>,
    faults: &mut Vec<FieldError>,
) -> Option<PersonId> {
    let text = match value {
        Member::Other(Json::Null) => return None,
        Member::Other(Json::String(text)) => text,
        _ => {
            faults.push(FieldError::at("/person", "type"));
            return None;
        }
    };
    let has_customer = fields
        .is_some_and(|fields| fields.json().get("customer_id").is_some_and(|customer| !customer.is_null()));
    if !WITH_PERSON.contains(&kind) || (kind == RecordKind::Account && has_customer) {
        faults.push(FieldError::at("/person", "exclusive"));
        return None;
    }
    let read = person(text);
    if read.is_none() {
        faults.push(FieldError::at("/person", "format"));
    }
    read
}

/// The body of a patch.
pub(super) fn patch_schema(_: &mut SchemaGenerator) -> Schema {
    object_schema(&["fields"], json!({ "fields": { "type": "object" }, "cause": cause_schema() }))
}

/// The body of a new record.
pub(super) fn put_schema(_: &mut SchemaGenerator) -> Schema {
    object_schema(
        &["fields"],
        json!({
            "person": { "type": ["string", "null"], "format": "uuid" },
            "fields": { "type": "object" },
            "cause": cause_schema(),
        }),
    )
}

fn cause_schema() -> Json {
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": { "reason": { "type": ["string", "null"], "minLength": 3, "maxLength": 500 } },
    })
}
