//! The bodies of calls that make or change a subscription (operator API page, section 10).

use std::collections::BTreeSet;

use profile_domain::{
    Patch, Text,
    change::RecordKind,
    operator::{
        MAX_HEADER_CHARS, MAX_HEADERS, MAX_LABEL_CHARS, MAX_URL_CHARS, SubscriptionStatus,
        SubscriptionValues, TargetError, check_header_name, check_header_value, check_url, is_actor,
        is_filter_field,
    },
    outbound::AllowedTargets,
    position::parse_position,
};
use profile_usecases::operator::{FieldError, Member, Members, SubscriptionPatch, SubscriptionStart};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value as Json, json};

use super::{
    error::OperatorError,
    member::{Broken, fault, label, member_fault, missing, object_schema, text},
    reason::pointer_token,
};

/// What a body says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct SubscriptionBody {
    pub(super) patch: SubscriptionPatch,
    pub(super) start: SubscriptionStart,
}

/// Reads a body.
pub(super) struct BodyReader<'a> {
    /// Whether the call makes a subscription.
    pub(super) creating: bool,
    pub(super) targets: &'a AllowedTargets,
    /// The caller, whom `me` means.
    pub(super) me: &'a str,
}

impl BodyReader<'_> {
    /// Reads every member, or returns all faults in the order of the body, and what is missing behind them.
    pub(super) fn read(&self, members: &Members) -> Result<SubscriptionBody, OperatorError> {
        let (mut body, mut faults) = (SubscriptionBody::default(), Vec::new());
        for (member, value) in members {
            if let Err(broken) = self.member(&mut body, member, value, &mut faults) {
                faults.push(member_fault(member, broken));
            }
        }
        if self.creating {
            faults.extend(missing(members, &["url"]));
        }
        if faults.is_empty() { Ok(body) } else { Err(OperatorError::invalid(faults)) }
    }

    fn member(
        &self,
        body: &mut SubscriptionBody,
        member: &str,
        value: &Member,
        faults: &mut Vec<FieldError>,
    ) -> Result<(), Broken> {
        let SubscriptionBody { patch, start } = body;
        match member {
            "name" => patch.name = nullable(value, name)?,
            "url" => patch.url = Some(self.url(value)?),
            "headers" => patch.headers = Some(self.headers(value, faults)?),
            "kinds" => patch.kinds = Some(list("kinds", value, RecordKind::from_name, faults)?),
            "fields" => {
                let known = |name: &str| is_filter_field(name).then(|| name.to_owned());
                patch.fields = Some(list("fields", value, known, faults)?);
            }
            "not_actor" => patch.not_actor = nullable(value, |value| self.actor(value))?,
            "values" => patch.values = Some(values(value)?),
            "after" if self.creating => *start = start_of(value)?,
            "status" if !self.creating => patch.is_active = Some(is_active(value)?),
            _ => return Err(("unknown", None)),
        }
        Ok(())
    }

    fn url(&self, value: &Member) -> Result<Text, Broken> {
        let url = text(value)?;
        check_url(url, self.targets).map_err(broken)?;
        Text::try_from(url).map_err(|_| ("format", None))
    }

    fn actor(&self, value: &Member) -> Result<String, Broken> {
        match text(value)? {
            "me" => Ok(self.me.to_owned()),
            actor if is_actor(actor) => Ok(actor.to_owned()),
            _ => Err(("format", None)),
        }
    }

    fn headers(
        &self,
        value: &Member,
        faults: &mut Vec<FieldError>,
    ) -> Result<Vec<(String, Option<Text>)>, Broken> {
        let members = match value {
            Member::Object(members) => members,
            Member::Other(Json::Null) => return Ok(Vec::new()),
            Member::Other(_) => return Err(("type", None)),
        };
        let (mut headers, mut names) = (Vec::new(), BTreeSet::new());
        for (name, value) in members {
            let read = check_header_name(name).map_err(broken).and_then(|()| {
                if names.insert(name.to_ascii_lowercase()) {
                    self.header(value)
                } else {
                    Err(("exclusive", None))
                }
            });
            match read {
                Ok(value) => headers.push((name.clone(), value)),
                Err(broken) => faults.push(fault(format!("/headers/{}", pointer_token(name)), broken)),
            }
        }
        if members.len() > MAX_HEADERS { Err(("value", None)) } else { Ok(headers) }
    }

    /// Null keeps the stored value, which a new subscription does not have.
    fn header(&self, value: &Member) -> Result<Option<Text>, Broken> {
        if value.is_null() && !self.creating {
            return Ok(None);
        }
        let value = text(value)?;
        check_header_value(value).map_err(broken)?;
        Text::try_from(value).map(Some).map_err(|_| ("format", None))
    }
}

fn broken(error: TargetError) -> Broken {
    match error {
        TargetError::TooLong(limit) => ("max_chars", Some(limit)),
        TargetError::Malformed => ("format", None),
        TargetError::Forbidden => ("value", None),
    }
}

fn nullable<T>(value: &Member, read: impl FnOnce(&Member) -> Result<T, Broken>) -> Result<Patch<T>, Broken> {
    if value.is_null() { Ok(Patch::Null) } else { read(value).map(Patch::Value) }
}

fn name(value: &Member) -> Result<Text, Broken> {
    Text::try_from(label(value)?).map_err(|_| ("format", None))
}

fn values(value: &Member) -> Result<SubscriptionValues, Broken> {
    if value.is_null() {
        return Ok(SubscriptionValues::default());
    }
    SubscriptionValues::from_name(text(value)?).ok_or(("value", None))
}

fn is_active(value: &Member) -> Result<bool, Broken> {
    match SubscriptionStatus::from_name(text(value)?) {
        Some(SubscriptionStatus::Active) => Ok(true),
        Some(SubscriptionStatus::Disabled) => Ok(false),
        Some(SubscriptionStatus::Failing) | None => Err(("value", None)),
    }
}

fn start_of(value: &Member) -> Result<SubscriptionStart, Broken> {
    if value.is_null() {
        return Ok(SubscriptionStart::Beginning);
    }
    match text(value)? {
        "latest" => Ok(SubscriptionStart::Latest),
        behind => parse_position(behind).map(SubscriptionStart::Behind).ok_or(("format", None)),
    }
}

/// Reads a list of names, each of which stands there once.
fn list<T: PartialEq>(
    of: &str,
    value: &Member,
    read: impl Fn(&str) -> Option<T>,
    faults: &mut Vec<FieldError>,
) -> Result<Vec<T>, Broken> {
    let items = match value {
        Member::Other(Json::Array(items)) => items,
        Member::Other(Json::Null) => return Ok(Vec::new()),
        _ => return Err(("type", None)),
    };
    let mut list = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let item = item.as_str().ok_or("type").and_then(|name| read(name).ok_or("value"));
        match item {
            Ok(item) if list.contains(&item) => {
                faults.push(FieldError::at(format!("/{of}/{place}"), "exclusive"));
            }
            Ok(item) => list.push(item),
            Err(rule) => faults.push(FieldError::at(format!("/{of}/{place}"), rule)),
        }
    }
    Ok(list)
}

/// The body of a new subscription.
pub(super) fn create_schema(_: &mut SchemaGenerator) -> Schema {
    let mut properties = properties(&json!("string"));
    properties.insert("after".to_owned(), json!({ "type": ["string", "null"], "default": "latest" }));
    object_schema(&["url"], properties)
}

/// The body of a change of a subscription.
pub(super) fn patch_schema(_: &mut SchemaGenerator) -> Schema {
    // Null keeps the stored value.
    let mut properties = properties(&json!(["string", "null"]));
    properties.insert("status".to_owned(), json!({ "type": "string", "enum": ["active", "disabled"] }));
    object_schema(&[], properties)
}

fn properties(header_type: &Json) -> Map<String, Json> {
    let header = json!({ "type": header_type, "maxLength": MAX_HEADER_CHARS });
    let values = SubscriptionValues::ALL.map(SubscriptionValues::name).map(Json::from);
    let values_or_null: Vec<Json> = values.into_iter().chain([Json::Null]).collect();
    let properties = [
        ("name", json!({ "type": ["string", "null"], "maxLength": MAX_LABEL_CHARS })),
        ("url", json!({ "type": "string", "format": "uri", "maxLength": MAX_URL_CHARS })),
        (
            "headers",
            json!({ "type": ["object", "null"], "maxProperties": MAX_HEADERS, "additionalProperties": header }),
        ),
        (
            "kinds",
            json!({ "type": ["array", "null"], "items": { "enum": RecordKind::ALL.map(RecordKind::name) } }),
        ),
        ("fields", json!({ "type": ["array", "null"], "items": { "type": "string" } })),
        ("not_actor", json!({ "type": ["string", "null"] })),
        ("values", json!({ "type": ["string", "null"], "enum": values_or_null })),
    ];
    properties.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}
