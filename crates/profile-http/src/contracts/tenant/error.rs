//! Every error answer of the contract (section 4.4), and which one a refusal becomes.

use std::fmt;

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use profile_domain::{rule::Fault, tenant::policy::Rule};
use profile_ports::TokenError;
use profile_usecases::tenant::TenantRefusal;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::with_headers;
use crate::{body::BodyFault, failure::Failure, rate::Wait};

pub(super) const INVALID_BODY: Failure =
    Failure::new(400, "INVALID_BODY", "the body is not a JSON object with each member once");
pub(super) const INVALID_TYPE: Failure = Failure::new(400, "INVALID_TYPE", "the value has the wrong type");
pub(super) const REQUIRED: Failure = Failure::new(400, "REQUIRED", "the member is required");
pub(super) const BLANK: Failure = Failure::new(400, "BLANK", "the value must not be blank");
pub(super) const TOO_LONG: Failure = Failure::new(400, "TOO_LONG", "the value is too long");
pub(super) const INVALID_CHARACTERS: Failure =
    Failure::new(400, "INVALID_CHARACTERS", "the value contains control characters");
pub(super) const INVALID_EMAIL: Failure =
    Failure::new(400, "INVALID_EMAIL", "the value is not an e-mail address");
pub(super) const LANGUAGE_NOT_FOUND: Failure =
    Failure::new(400, "LANGUAGE_NOT_FOUND", "there is no such language");
pub(super) const PASSWORD_VALIDATION_REQUIRED: Failure =
    Failure::new(400, "PASSWORD_VALIDATION_REQUIRED", "a new e-mail address asks for the current password");
pub(super) const PASSWORD_VALIDATION_FAILED: Failure =
    Failure::new(400, "PASSWORD_VALIDATION_FAILED", "the current password is not right");
pub(super) const EMAIL_ALREADY_IN_USE: Failure =
    Failure::new(400, "EMAIL_ALREADY_IN_USE", "this e-mail address is already in use");
pub(super) const OUT_OF_RANGE: Failure = Failure::new(400, "OUT_OF_RANGE", "the value is out of range");
pub(super) const UNAUTHENTICATED: Failure = Failure::new(401, "UNAUTHENTICATED", "missing or invalid token");
pub(super) const USER_DELETED: Failure = Failure::new(403, "USER_DELETED", "this user is deleted");
pub(super) const TENANT_USER_NOT_ACTIVE: Failure =
    Failure::new(403, "TENANT_USER_NOT_ACTIVE", "your membership of this tenant is not active");
pub(super) const ROLE_TOO_LOW: Failure =
    Failure::new(403, "ROLE_TOO_LOW", "your role in this tenant is too low");
pub(super) const PASSWORD_VALIDATION_LOCKED: Failure =
    Failure::new(403, "PASSWORD_VALIDATION_LOCKED", "there were too many wrong passwords; try again later");
pub(super) const UNSUPPORTED_API_VERSION: Failure =
    Failure::new(404, "UNSUPPORTED_API_VERSION", "this version of the API is not offered");
pub(super) const NOT_FOUND: Failure = Failure::new(404, "NOT_FOUND", "there is no such path");
pub(super) const METHOD_NOT_ALLOWED: Failure =
    Failure::new(405, "METHOD_NOT_ALLOWED", "the path is known, the method is not");
pub(super) const TOO_SLOW: Failure = Failure::new(408, "INVALID_BODY", "the body did not arrive in time");
pub(super) const BODY_TOO_LARGE: Failure = Failure::new(413, "BODY_TOO_LARGE", "the body is too large");
pub(super) const UNSUPPORTED_MEDIA_TYPE: Failure =
    Failure::new(415, "UNSUPPORTED_MEDIA_TYPE", "the content type must be application/json");
pub(super) const TOO_MANY_REQUESTS: Failure =
    Failure::new(429, "TOO_MANY_REQUESTS", "there were too many requests; try again later");
pub(super) const INTERNAL_ERROR: Failure = Failure::new(500, "INTERNAL_ERROR", "an unexpected failure");
pub(super) const UNAVAILABLE: Failure = Failure::new(
    503,
    "SERVICE_UNAVAILABLE",
    "the service is too busy, or its store does not answer; try again later",
);
const UNKNOWN: Failure = Failure::new(
    503,
    "SERVICE_UNAVAILABLE",
    "the store did not answer in time: it is unknown whether the change was written",
);

/// What every protected endpoint may answer.
pub(super) const COMMON: [Failure; 8] = [
    UNAUTHENTICATED,
    USER_DELETED,
    TENANT_USER_NOT_ACTIVE,
    ROLE_TOO_LOW,
    UNSUPPORTED_API_VERSION,
    NOT_FOUND,
    INTERNAL_ERROR,
    UNAVAILABLE,
];

/// One broken rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) failure: Failure,
    /// The member of the request.
    pub(super) field: Option<&'static str>,
}

/// An error answer; made for one request.
#[derive(Debug)]
pub(super) struct TenantError {
    /// All of them have one status.
    pub(super) broken: Vec<Broken>,
    /// Seconds after which the caller may send the request again.
    retry_after: Option<u16>,
}

/// Why a request was not carried out.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TenantErrors")]
pub(super) struct ErrorBody {
    data: (),
    #[schemars(length(min = 1))]
    errors: Vec<ErrorItem>,
}

/// One reason.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TenantError")]
struct ErrorItem {
    code: &'static str,
    /// The member of the request, such as `language.id`.
    field: Option<&'static str>,
    message: &'static str,
}

impl From<&Broken> for ErrorItem {
    fn from(Broken { failure, field }: &Broken) -> Self {
        Self { code: failure.code, field: *field, message: failure.when }
    }
}

/// The error body of a failure, for the API document.
pub(super) fn example(failure: Failure) -> Value {
    json!(ErrorBody { data: (), errors: vec![ErrorItem::from(&Broken { failure, field: None })] })
}

impl From<Vec<Broken>> for TenantError {
    fn from(broken: Vec<Broken>) -> Self {
        let retry_after = broken.first().and_then(|first| first.failure.store_retry());
        Self { broken, retry_after }
    }
}

impl From<Failure> for TenantError {
    fn from(failure: Failure) -> Self {
        vec![Broken { failure, field: None }].into()
    }
}

impl TenantError {
    pub(super) fn of(failure: Failure, field: &'static str) -> Self {
        vec![Broken { failure, field: Some(field) }].into()
    }

    fn failure(&self) -> Failure {
        self.broken.first().map_or(INTERNAL_ERROR, |first| first.failure)
    }

    /// An unexpected failure, which the log reports and the caller does not see.
    fn unexpected(failure: Failure, error: &(dyn std::error::Error + 'static)) -> Self {
        failure.report(INTERNAL_ERROR, error).into()
    }
}

impl fmt::Display for TenantError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.failure().code)
    }
}

impl ResponseError for TenantError {
    fn status_code(&self) -> StatusCode {
        self.failure().status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let errors = self.broken.iter().map(ErrorItem::from).collect();
        with_headers(self.failure().respond(self.retry_after)).json(ErrorBody { data: (), errors })
    }
}

impl From<Wait> for TenantError {
    fn from(wait: Wait) -> Self {
        Self { retry_after: Some(wait.seconds), ..TOO_MANY_REQUESTS.into() }
    }
}

impl From<BodyFault> for TenantError {
    fn from(fault: BodyFault) -> Self {
        match fault {
            BodyFault::MediaType => UNSUPPORTED_MEDIA_TYPE.into(),
            BodyFault::TooLarge => BODY_TOO_LARGE.into(),
            BodyFault::Slow => TOO_SLOW.into(),
            BodyFault::Syntax => INVALID_BODY.into(),
        }
    }
}

impl From<TokenError> for TenantError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Refused => UNAUTHENTICATED.into(),
            TokenError::NoKeys(_) => Self::unexpected(UNAVAILABLE, &error),
        }
    }
}

impl From<profile_domain::BrokenRule> for Broken {
    fn from(rule: profile_domain::BrokenRule) -> Self {
        let failure = match rule.fault {
            Fault::Blank | Fault::Invisible => BLANK,
            Fault::TooLong => TOO_LONG,
            Fault::ControlCharacter => INVALID_CHARACTERS,
            _ => INVALID_EMAIL,
        };
        Self { failure, field: Some(rule.field.name) }
    }
}

impl From<TenantRefusal> for TenantError {
    fn from(refusal: TenantRefusal) -> Self {
        const PASSWORD: &str = "password_validation";
        match refusal {
            TenantRefusal::Unauthenticated => UNAUTHENTICATED.into(),
            TenantRefusal::Forbidden(Rule::Deleted) => USER_DELETED.into(),
            TenantRefusal::Forbidden(Rule::NotActive) => TENANT_USER_NOT_ACTIVE.into(),
            TenantRefusal::Forbidden(Rule::RoleTooLow) => ROLE_TOO_LOW.into(),
            TenantRefusal::NoTenant => NOT_FOUND.into(),
            TenantRefusal::Invalid { unknown_language, faults } => {
                let language = Broken { failure: LANGUAGE_NOT_FOUND, field: Some("language.id") };
                let language = unknown_language.then_some(language);
                language.into_iter().chain(faults.into_iter().map(Broken::from)).collect::<Vec<_>>().into()
            }
            TenantRefusal::PasswordRequired => Self::of(PASSWORD_VALIDATION_REQUIRED, PASSWORD),
            TenantRefusal::PasswordWrong => Self::of(PASSWORD_VALIDATION_FAILED, PASSWORD),
            TenantRefusal::PasswordLocked => Self::of(PASSWORD_VALIDATION_LOCKED, PASSWORD),
            TenantRefusal::EmailTaken => Self::of(EMAIL_ALREADY_IN_USE, "email"),
            TenantRefusal::Busy => UNAVAILABLE.into(),
            TenantRefusal::Contended => Self::unexpected(UNAVAILABLE, &refusal),
            TenantRefusal::Unavailable(error) => Self::unexpected(UNAVAILABLE, &error),
            TenantRefusal::Unknown(error) => Self::unexpected(UNKNOWN, &error),
        }
    }
}
