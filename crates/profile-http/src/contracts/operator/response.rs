//! The answers of the operator API: records, changes, and what all of them carry (operator API page, sections 5 and 7).

use actix_web::{
    HttpMessage as _, HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, ETAG, HeaderName, HeaderValue, LOCATION},
    },
    web,
};
use profile_domain::{
    chain::Commitments,
    change::{Cause as DomainCause, ChangeRecord, Reason, Value, moment},
    operator::{Role, Rule, policy},
};
use profile_usecases::operator::{RecordView, note_key_use};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer, ser::SerializeMap as _};

use super::{
    error::OperatorError,
    fields::{Fields, fields_for},
    request::UsedKey,
    shown::Shown,
};
use crate::State;

/// How a reason is called among what is withheld.
pub(super) const REASON: &str = "cause.reason";

/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Carries a call out; its error becomes a problem.
pub(super) async fn answer(
    request: &HttpRequest,
    work: impl Future<Output = Result<HttpResponse, OperatorError>>,
) -> HttpResponse {
    match work.await {
        Ok(answer) => {
            let used = request.extensions().get::<UsedKey>().cloned();
            if let (Some(UsedKey(key)), Some(state)) = (used, request.app_data::<web::Data<State>>()) {
                note_key_use(&state.ports, &key).await;
            }
            answer
        }
        Err(error) => error.respond(request),
    }
}

/// Answers what a call has found.
pub(super) fn json(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(body)
}

/// Begins an answer whose body is stored as JSON already.
pub(super) fn json_text(status: StatusCode) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(status);
    response.insert_header((CACHE_CONTROL, "no-store")).content_type("application/json");
    response
}

/// Says of an answer whether it was given before.
pub(super) fn marked(mut response: HttpResponse, is_replayed: bool) -> HttpResponse {
    if is_replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// Who changed something, through which door, and why.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OperatorCause")]
pub(super) struct Cause {
    actor: String,
    door: String,
    request_id: String,
    reason: Option<String>,
}

impl Cause {
    /// The cause as `role` sees it; adds the reason to `withheld` where that is not shown.
    fn shown(cause: &DomainCause, role: Role, withheld: &mut Vec<String>) -> Self {
        let reason = match &cause.reason {
            Some(Reason::Text(text)) => Some(text.as_str().to_owned()),
            Some(Reason::Redacted(_)) | None => None,
        };
        let is_read = Rule::ReadPersonal.allows(role);
        if !is_read || matches!(cause.reason, Some(Reason::Redacted(_))) {
            withheld.push(REASON.to_owned());
        }
        let DomainCause { actor, door, request_id, .. } = cause.clone();
        Self { actor, door, request_id, reason: reason.filter(|_| is_read) }
    }
}

/// The change that set a field last.
#[derive(Debug, Serialize, JsonSchema)]
struct SetBy {
    version: i64,
    at: String,
    actor: String,
    door: String,
    request_id: String,
}

/// Provenance by field.
#[derive(Debug)]
struct Provenance(Vec<(String, SetBy)>);

impl Serialize for Provenance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (field, set_by) in &self.0 {
            map.serialize_entry(field, set_by)?;
        }
        map.end()
    }
}

/// A record, as a role sees it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OperatorRecord")]
pub(super) struct Record<'a> {
    kind: &'static str,
    key: &'a str,
    person: Option<String>,
    version: i64,
    created_at: String,
    updated_at: String,
    cause: Cause,
    /// See `GET /operator/v1/kinds/{kind}/schema`.
    #[schemars(schema_with = "any_object")]
    fields: Fields<'a>,
    /// Names of the fields whose values are not shown.
    withheld: Vec<String>,
    /// By field, the change that set it last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "any_object")]
    provenance: Option<Provenance>,
    /// After a write: the fields that differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<&'a [String]>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    ended: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    erased: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
}

fn any_object(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object" })
}

impl<'a> Record<'a> {
    /// The record of a view as `role` sees it.
    pub(super) fn new(view: &'a RecordView, role: Role) -> Self {
        let (fields, mut withheld) = fields_for(view, role);
        let cause = Cause::shown(&view.cause, role, &mut withheld);
        Self {
            kind: view.kind.name(),
            key: &view.key,
            person: view.person.map(|person| person.0.to_string()),
            version: view.version,
            created_at: moment(view.created_at),
            updated_at: moment(view.updated_at),
            cause,
            fields,
            withheld,
            provenance: provenance(view),
            changed: view.changed.as_deref(),
            ended: view.ended,
            erased: view.is_erased(),
            dry_run: false,
        }
    }
}

/// In catalogue order; the story's is by name.
fn provenance(view: &RecordView) -> Option<Provenance> {
    let all = view.provenance.as_ref()?;
    let of = |name: &String| all.iter().find(|one| one.field == *name);
    let names = profile_domain::catalogue::catalogue(view.kind).iter().map(|entry| &entry.name);
    let set_by = |name: &String| {
        let one = of(name)?;
        let DomainCause { actor, door, request_id, .. } = one.cause.clone();
        Some((name.clone(), SetBy { version: one.version, at: moment(one.at), actor, door, request_id }))
    };
    Some(Provenance(names.filter_map(set_by).collect()))
}

/// How a record that a write has left is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Manner {
    /// The call made the record.
    pub(super) created: bool,
    /// Nothing was kept.
    pub(super) dry_run: bool,
    /// The answer was given before.
    pub(super) replayed: bool,
}

/// Answers a record as it is after a write.
pub(super) fn written(view: &RecordView, role: Role, manner: Manner) -> HttpResponse {
    let record = Record { dry_run: manner.dry_run, ..Record::new(view, role) };
    let status = if manner.created { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = HttpResponse::build(status);
    response.insert_header((CACHE_CONTROL, "no-store"));
    if !manner.dry_run && !view.ended {
        response.insert_header((ETAG, format!("\"{}\"", view.version)));
    }
    if manner.created {
        response.insert_header((LOCATION, format!("/operator/v1/records/{}/{}", view.kind.name(), view.key)));
    }
    marked(response.json(record), manner.replayed)
}

/// Answers a record as it stands, or as it was.
pub(super) fn found(view: &RecordView, role: Role, is_current: bool) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store"));
    if is_current {
        response.insert_header((ETAG, format!("\"{}\"", view.version)));
    }
    response.json(Record::new(view, role))
}

/// The change of one field.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OperatorFieldChange")]
struct FieldChange {
    field: String,
    /// Absent only in the feed, where values are not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "anything")]
    old: Option<Shown>,
    /// As `old`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "anything")]
    new: Option<Shown>,
}

fn anything(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "description": "Any value." })
}

/// What a change's digest is made of.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OperatorChain")]
struct Chain {
    root: String,
    salt: Option<String>,
    reason: Option<String>,
    fields: Vec<ChainField>,
}

/// The commitments of a field, and the texts that were hashed.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OperatorChainField")]
struct ChainField {
    field: String,
    old: String,
    new: String,
    old_text: Option<String>,
    new_text: Option<String>,
}

/// One entry of the log.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OperatorChange")]
pub(super) struct Change {
    id: String,
    kind: &'static str,
    key: String,
    person: Option<String>,
    version: i64,
    at: String,
    cause: Cause,
    fields: Vec<FieldChange>,
    ended: bool,
    erased: bool,
    digest: String,
    withheld: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chain: Option<Chain>,
}

impl Change {
    /// The change as `role` sees it.
    pub(super) fn new(change: &ChangeRecord, role: Role, with_chain: bool) -> Self {
        let (mut fields, mut withheld) = (Vec::new(), Vec::new());
        for field in &change.fields {
            let is_read = match profile_domain::catalogue::find(change.kind, &field.field) {
                Some(entry) => policy::check_read(role, entry, false).is_ok(),
                None => Rule::ReadPersonal.allows(role),
            };
            let is_erased =
                matches!(field.old, Value::Redacted(_)) || matches!(field.new, Value::Redacted(_));
            if !is_read || is_erased {
                withheld.push(field.field.clone());
            }
            let shown = |value: &Value| Some(Shown(if is_read { value.clone() } else { Value::Null }));
            let (old, new) = (shown(&field.old), shown(&field.new));
            fields.push(FieldChange { field: field.field.clone(), old, new });
        }
        let cause = Cause::shown(&change.cause, role, &mut withheld);
        Self {
            id: change.id.to_string(),
            kind: change.kind.name(),
            key: change.key.clone(),
            person: change.person.map(|person| person.0.to_string()),
            version: change.version,
            at: moment(change.at),
            cause,
            fields,
            ended: change.ended,
            erased: change.is_redacted(),
            digest: change.digest.to_string(),
            withheld,
            chain: with_chain.then(|| chain(change, role)),
        }
    }
}

impl Change {
    /// The change without any value, as followers see it who ask for none.
    pub(super) fn without_values(mut self) -> Self {
        for field in &mut self.fields {
            (field.old, field.new) = (None, None);
        }
        if let Some(chain) = &mut self.chain {
            chain.salt = None;
            for field in &mut chain.fields {
                (field.old_text, field.new_text) = (None, None);
            }
        }
        self.cause.reason = None;
        self.withheld.clear();
        self
    }
}

fn chain(change: &ChangeRecord, role: Role) -> Chain {
    let Commitments { reason, fields } = Commitments::of(change);
    // Whoever knows the salt can try values.
    let is_open = Rule::ReadPersonal.allows(role);
    let text = |value: &Value| value.canonical().filter(|_| is_open && !change.is_redacted());
    let field = |(of, commitments): (
        &profile_domain::change::FieldChange,
        &profile_domain::chain::FieldCommitments,
    )| {
        ChainField {
            field: of.field.clone(),
            old: commitments.old.to_string(),
            new: commitments.new.to_string(),
            old_text: text(&of.old),
            new_text: text(&of.new),
        }
    };
    Chain {
        root: change.root.clone(),
        salt: change.salt.filter(|_| is_open).map(|salt| salt.to_string()),
        reason: reason.map(|reason| reason.to_string()),
        fields: change.fields.iter().zip(&fields).map(field).collect(),
    }
}
