//! Every problem that the operator API answers (operator API page, section 4), and which one a refusal becomes.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, header::CACHE_CONTROL},
};
use profile_domain::operator::Rule;
use profile_import::ImportError;
use profile_usecases::operator::{Conflict, FieldError, NotAdmitted, OperatorRefusal, Place};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Value, json};

use super::shown::Shown;
use crate::{body::BodyFault, failure::Failure, headers::origin, open_calls::MAX_OF_KEY, rate::Wait};

pub(super) const MALFORMED: Failure =
    Failure::new(400, "malformed", "The body is not a JSON object with each member once");
pub(super) const INVALID: Failure = Failure::new(400, "invalid", "The request breaks rules");
pub(super) const UNAUTHORIZED: Failure =
    Failure::new(401, "unauthorized", "The operator key is missing or not valid");
pub(super) const FORBIDDEN: Failure = Failure::new(403, "forbidden", "The operator key may not do this");
pub(super) const NOT_FOUND: Failure = Failure::new(404, "not_found", "There is nothing of this name");
pub(super) const ENDED: Failure = Failure::new(404, "ended", "The record has ended");
pub(super) const METHOD_NOT_ALLOWED: Failure =
    Failure::new(405, "method_not_allowed", "The path is known, the method is not");
pub(super) const CONFLICT: Failure =
    Failure::new(409, "conflict", "Others have written the same fields since the base version");
pub(super) const TAKEN: Failure = Failure::new(409, "taken", "A value belongs to another record");
pub(super) const KEY_ENDED: Failure =
    Failure::new(409, "key_ended", "A record with this key has ended, and cannot begin anew like this");
pub(super) const IN_FLIGHT: Failure =
    Failure::new(409, "in_flight", "A copy of this request is being carried out");
pub(super) const IMPORT_RUNNING: Failure =
    Failure::new(409, "import_running", "An import of this key is running");
pub(super) const HELD: Failure = Failure::new(409, "held", "A hold keeps the record");
pub(super) const REFERENCED: Failure = Failure::new(409, "referenced", "Other records name this one");
pub(super) const NOT_REVERTIBLE: Failure =
    Failure::new(409, "not_revertible", "Values of the version are not known any more");
pub(super) const PRECONDITION_FAILED: Failure =
    Failure::new(412, "precondition_failed", "The record is not as the precondition says");
pub(super) const TOO_LARGE: Failure = Failure::new(413, "too_large", "The body is too large");
pub(super) const UNSUPPORTED_MEDIA_TYPE: Failure =
    Failure::new(415, "unsupported_media_type", "The content type is not accepted here");
pub(super) const IDEMPOTENCY_REUSED: Failure =
    Failure::new(422, "idempotency_reused", "The idempotency key belongs to another request");
pub(super) const PRECONDITION_REQUIRED: Failure =
    Failure::new(428, "precondition_required", "The request must say which version it starts from");
pub(super) const RATE_LIMITED: Failure = Failure::new(429, "rate_limited", "There were too many requests");
pub(super) const INTERNAL: Failure = Failure::new(500, "internal", "An unexpected failure");
pub(super) const UNAVAILABLE: Failure =
    Failure::new(503, "unavailable", "The store does not answer; nothing was done");
pub(super) const OUTCOME_UNKNOWN: Failure =
    Failure::new(503, "outcome_unknown", "It is not known whether the change was written");

/// Why a weak entity tag does not match.
const WEAK: &str = "A weak entity tag never matches: a proxy has weakened it. `version` in the body of the record is the same number; send it between quotes.";

/// Seconds after which a caller may repeat a call of which a copy is carried out.
const COPY_RETRY_SECONDS: u16 = 1;
/// Seconds after which a caller may try again to wait or to open a stream.
const OPEN_CALL_RETRY_SECONDS: u16 = 1;
/// Seconds after which a caller may try to import again.
const IMPORT_RETRY_SECONDS: u16 = 10;

/// Every problem.
pub(super) const ALL: [Failure; 24] = [
    MALFORMED,
    INVALID,
    UNAUTHORIZED,
    FORBIDDEN,
    NOT_FOUND,
    ENDED,
    METHOD_NOT_ALLOWED,
    CONFLICT,
    TAKEN,
    KEY_ENDED,
    IN_FLIGHT,
    IMPORT_RUNNING,
    HELD,
    REFERENCED,
    NOT_REVERTIBLE,
    PRECONDITION_FAILED,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    IDEMPOTENCY_REUSED,
    PRECONDITION_REQUIRED,
    RATE_LIMITED,
    INTERNAL,
    UNAVAILABLE,
    OUTCOME_UNKNOWN,
];

/// What every call may answer.
pub(super) const READS: [Failure; 7] =
    [INVALID, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, RATE_LIMITED, INTERNAL, UNAVAILABLE];
/// What every call that writes may answer besides.
pub(super) const WRITES: [Failure; 8] = [
    IN_FLIGHT,
    MALFORMED,
    CONFLICT,
    TAKEN,
    TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    IDEMPOTENCY_REUSED,
    OUTCOME_UNKNOWN,
];

/// What calls that write no record, but something with a body, may answer besides.
pub(super) const KEYED_WRITES: [Failure; 6] =
    [IN_FLIGHT, MALFORMED, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, IDEMPOTENCY_REUSED, OUTCOME_UNKNOWN];

/// One fault of a request.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "OperatorFault")]
pub(super) struct Fault {
    /// JSON pointer into the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// Parameter of the query, or `key`, the one in the path.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// Header.
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<&'static str>,
    /// The broken rule.
    rule: &'static str,
    /// The limit that is broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<usize>,
}

impl From<FieldError> for Fault {
    fn from(FieldError { place, rule, limit }: FieldError) -> Self {
        let (mut pointer, mut parameter, mut header) = (None, None, None);
        match place {
            Place::Pointer(place) => pointer = Some(place),
            Place::Parameter(name) => parameter = Some(name),
            Place::Header(name) => header = Some(name),
        }
        Self { pointer, parameter, header, rule, limit }
    }
}

/// A field that somebody else has written.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "OperatorConflict")]
struct Contested {
    field: String,
    /// The version that set it last.
    since: i64,
    /// Who made that version.
    by: String,
    /// What it is now; null where the role may not read it.
    #[schemars(schema_with = "anything")]
    now: Shown,
}

fn anything(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "description": "Any value." })
}

impl From<Conflict> for Contested {
    fn from(Conflict { field, since, by, now }: Conflict) -> Self {
        Self { field, since, by, now: Shown(now) }
    }
}

/// Why a request was not carried out (RFC 9457).
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(super) struct Problem {
    /// `/docs/problems/{slug}`, where the problem is explained.
    r#type: String,
    title: &'static str,
    status: u16,
    /// For people; never a stored value.
    detail: String,
    request_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<Fault>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conflicts: Option<Vec<Contested>>,
}

/// The problem of a failure, for the API document.
pub(super) fn example(failure: Failure) -> Value {
    json!(OperatorError::from(failure).problem("0195b2c4-6f0e-7c11-9d51-2f6b8a1c3e40".to_owned()))
}

/// An error answer; made for one request.
#[derive(Debug)]
pub(super) struct OperatorError {
    failure: Failure,
    detail: String,
    rule: Option<Rule>,
    errors: Option<Vec<Fault>>,
    conflicts: Option<Vec<Contested>>,
    retry_after: Option<u16>,
}

impl From<Failure> for OperatorError {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            detail: format!("{}.", failure.when),
            rule: None,
            errors: None,
            conflicts: None,
            retry_after: failure.store_retry(),
        }
    }
}

impl OperatorError {
    /// An error whose reason can be told.
    pub(super) fn because(failure: Failure, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..failure.into() }
    }

    /// Too many requests.
    pub(super) fn too_many(wait: Wait) -> Self {
        let detail = format!("Try again in {} seconds.", wait.seconds);
        Self { retry_after: Some(wait.seconds), ..Self::because(RATE_LIMITED, detail) }
    }

    /// Too many open calls of the same key.
    pub(super) fn too_many_open() -> Self {
        let detail = format!("{MAX_OF_KEY} waits, streams and exports of this key are open.");
        Self { retry_after: Some(OPEN_CALL_RETRY_SECONDS), ..Self::because(RATE_LIMITED, detail) }
    }

    /// Another import of the same key runs.
    pub(super) fn import_running() -> Self {
        Self { retry_after: Some(IMPORT_RETRY_SECONDS), ..IMPORT_RUNNING.into() }
    }

    /// Why an import broke off.
    pub(super) fn of_import(error: &ImportError) -> Self {
        match error {
            ImportError::Encoding => Self::because(MALFORMED, format!("{error}.")),
            ImportError::Stopped(_) => {
                Self::because(UNAVAILABLE, "The key has stopped the import; the rows so far are imported.")
            }
            other => Self::unexpected(UNAVAILABLE, other),
        }
    }

    /// A call that the role may not make.
    pub(super) fn forbidden(rule: Rule) -> Self {
        Self { rule: Some(rule), ..Self::because(FORBIDDEN, format!("The rule {rule} denies it.")) }
    }

    /// Faults of the request.
    pub(super) fn invalid(errors: Vec<FieldError>) -> Self {
        let places: Vec<String> = errors.iter().map(place).collect();
        let detail = format!("Not accepted: {}.", places.join(", "));
        Self { errors: Some(listed(errors)), ..Self::because(INVALID, detail) }
    }

    fn contested(failure: Failure, conflicts: Vec<Conflict>) -> Self {
        Self { conflicts: Some(conflicts.into_iter().map(Contested::from).collect()), ..failure.into() }
    }

    /// An unexpected failure, which the log reports and the caller does not see.
    pub(super) fn unexpected(failure: Failure, error: &(dyn std::error::Error + 'static)) -> Self {
        failure.report(INTERNAL, error).into()
    }

    /// Returns the body of the answer.
    pub(super) fn problem(self, request_id: String) -> Problem {
        Problem {
            r#type: format!("/docs/problems/{}", self.failure.code),
            title: self.failure.when,
            status: self.failure.status,
            detail: self.detail,
            request_id,
            rule: self.rule.map(Rule::name),
            errors: self.errors,
            conflicts: self.conflicts,
        }
    }

    /// Returns the answer to `request`.
    pub(super) fn respond(self, request: &HttpRequest) -> HttpResponse {
        let mut response = self.failure.respond(self.retry_after);
        response.insert_header((CACHE_CONTROL, "no-store"));
        response.content_type("application/problem+json");
        let problem = self.problem(origin(request, super::NAME).request_id);
        let body = serde_json::to_string(&problem).unwrap_or_default();
        if *request.method() == Method::HEAD { response.finish() } else { response.body(body) }
    }
}

fn listed(errors: Vec<FieldError>) -> Vec<Fault> {
    errors.into_iter().map(Fault::from).collect()
}

/// Where a fault is, in a sentence.
fn place(FieldError { place, rule, .. }: &FieldError) -> String {
    match place {
        Place::Pointer(pointer) => format!("{pointer} ({rule})"),
        Place::Parameter(name) => format!("parameter {name} ({rule})"),
        Place::Header(name) => format!("header {name} ({rule})"),
    }
}

impl From<OperatorRefusal> for OperatorError {
    fn from(refusal: OperatorRefusal) -> Self {
        match refusal {
            OperatorRefusal::Forbidden(rule, fields) => {
                let denied = |(pointer, rule): (String, Rule)| FieldError::at(pointer, rule.name());
                let errors = fields.into_iter().map(denied).collect();
                Self { errors: Some(listed(errors)), ..Self::forbidden(rule) }
            }
            OperatorRefusal::Invalid(errors) => Self::invalid(errors),
            OperatorRefusal::NotFound => NOT_FOUND.into(),
            OperatorRefusal::Ended => ENDED.into(),
            OperatorRefusal::PreconditionFailed { conflicts, is_weak } => {
                let failed = Self::contested(PRECONDITION_FAILED, conflicts);
                if is_weak { Self { detail: WEAK.to_owned(), ..failed } } else { failed }
            }
            OperatorRefusal::Exists => PRECONDITION_FAILED.into(),
            OperatorRefusal::Conflict(conflicts) => Self::contested(CONFLICT, conflicts),
            OperatorRefusal::Taken(errors) => Self { errors: Some(listed(errors)), ..TAKEN.into() },
            OperatorRefusal::KeyEnded => KEY_ENDED.into(),
            OperatorRefusal::Held => HELD.into(),
            OperatorRefusal::Referenced => REFERENCED.into(),
            OperatorRefusal::NotRevertible(conflicts) => Self::contested(NOT_REVERTIBLE, conflicts),
            OperatorRefusal::IdempotencyReused => IDEMPOTENCY_REUSED.into(),
            OperatorRefusal::Contended => Self::unexpected(UNAVAILABLE, &refusal),
            OperatorRefusal::Repeated => Self { retry_after: Some(COPY_RETRY_SECONDS), ..IN_FLIGHT.into() },
            OperatorRefusal::DeliveryOff => {
                Self::because(UNAVAILABLE, format!("Nothing was sent: {refusal}."))
            }
            OperatorRefusal::Unavailable(error) => Self::unexpected(UNAVAILABLE, &error),
            OperatorRefusal::Unknown(error) => Self::unexpected(OUTCOME_UNKNOWN, &error),
        }
    }
}

impl From<profile_ports::Unavailable> for OperatorError {
    fn from(error: profile_ports::Unavailable) -> Self {
        Self::unexpected(UNAVAILABLE, &error)
    }
}

impl From<NotAdmitted> for OperatorError {
    fn from(refused: NotAdmitted) -> Self {
        match refused {
            NotAdmitted::Refused => UNAUTHORIZED.into(),
            NotAdmitted::Address => Self::forbidden(Rule::KeyAddress),
            NotAdmitted::Unavailable(error) => error.into(),
        }
    }
}

impl From<BodyFault> for OperatorError {
    fn from(fault: BodyFault) -> Self {
        match fault {
            BodyFault::MediaType => UNSUPPORTED_MEDIA_TYPE.into(),
            BodyFault::TooLarge => TOO_LARGE.into(),
            BodyFault::Slow | BodyFault::Syntax => Self::because(MALFORMED, format!("{fault}.")),
        }
    }
}
