//! Every error answer of the contract (section 3), and which one a refusal becomes.

use actix_web::{HttpRequest, HttpResponse, http::header::CACHE_CONTROL};
use profile_domain::Violation;
use profile_ports::{TokenError, Unavailable};
use profile_usecases::{UploadRefused, client::ClientRefusal};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::meta::Meta;
use crate::{
    body::BodyFault,
    failure::{Failure, UPLOAD_RETRY_SECONDS},
    multipart::FormError,
    rate::Wait,
};

pub(super) const INVALID: Failure = Failure::new(400, "ValidationError", "The request breaks a rule.");
pub(super) const UNAUTHORIZED: Failure =
    Failure::new(401, "Unauthorized", "The access token is missing, invalid or expired.");
pub(super) const FORBIDDEN: Failure =
    Failure::new(403, "Forbidden", "The client's status does not allow changes.");
pub(super) const NOT_FOUND: Failure = Failure::new(404, "NotFound", "The record does not exist yet.");
pub(super) const UNKNOWN_PATH: Failure = Failure::new(404, "NotFound", "There is no such path.");
pub(super) const METHOD_NOT_ALLOWED: Failure =
    Failure::new(405, "MethodNotAllowed", "The path is known, the method is not.");
pub(super) const TOO_SLOW: Failure = Failure::new(408, "RequestTimeout", "The body did not arrive in time.");
pub(super) const CONFLICT: Failure = Failure::new(409, "Conflict", "The record already exists.");
pub(super) const TOO_LARGE: Failure = Failure::new(413, "PayloadTooLarge", "The body is too large.");
pub(super) const UNSUPPORTED: Failure =
    Failure::new(415, "UnsupportedMediaType", "The content type is not the one of this path.");
pub(super) const TOO_MANY: Failure = Failure::new(429, "TooManyRequests", "There were too many requests.");
pub(super) const INTERNAL: Failure = Failure::new(500, "InternalError", "An unexpected failure.");
pub(super) const UNAVAILABLE: Failure = Failure::new(503, "ServiceUnavailable", "The store does not answer.");
const UNKNOWN: Failure = Failure::new(
    503,
    "ServiceUnavailable",
    "The store did not answer in time: it is unknown whether the change was written.",
);

/// What every protected endpoint may answer.
const COMMON: [Failure; 5] = [UNAUTHORIZED, FORBIDDEN, TOO_MANY, INTERNAL, UNAVAILABLE];

/// What an endpoint may answer besides `more`.
pub(super) fn and_common(more: &[Failure]) -> Vec<Failure> {
    COMMON.iter().chain(more).copied().collect()
}

/// What an endpoint that takes JSON may answer besides `more`.
pub(super) fn with_body(more: &[Failure]) -> Vec<Failure> {
    and_common(&[&[INVALID, TOO_SLOW, TOO_LARGE, UNSUPPORTED], more].concat())
}

/// An error answer; made for one request.
#[derive(Debug)]
pub(super) struct ClientError {
    failure: Failure,
    messages: Vec<String>,
    /// Seconds after which the caller may send the request again.
    retry_after: Option<u16>,
}

/// Why a request was not carried out.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientErrors")]
pub(super) struct ErrorBody<'a> {
    #[schemars(length(min = 1))]
    errors: Vec<ErrorItem<'a>>,
    meta: Meta<'a>,
}

/// One reason; all of an answer have its status and code.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClientError")]
struct ErrorItem<'a> {
    #[schemars(range(min = 400, max = 599))]
    status: u16,
    code: &'a str,
    message: &'a str,
}

impl<'a> ErrorItem<'a> {
    const fn new(failure: Failure, message: &'a str) -> Self {
        Self { status: failure.status, code: failure.code, message }
    }
}

/// The error body of a failure, for the API document.
pub(super) fn example(failure: Failure) -> Value {
    json!(ErrorBody { errors: vec![ErrorItem::new(failure, failure.when)], meta: Meta::EXAMPLE })
}

impl From<Failure> for ClientError {
    fn from(failure: Failure) -> Self {
        Self { failure, messages: vec![failure.when.to_owned()], retry_after: failure.store_retry() }
    }
}

impl ClientError {
    pub(super) fn because(failure: Failure, message: impl Into<String>) -> Self {
        Self { messages: vec![message.into()], ..failure.into() }
    }

    /// An unexpected failure, which the log reports and the caller does not see.
    fn unexpected(failure: Failure, error: &(dyn std::error::Error + 'static)) -> Self {
        failure.report(INTERNAL, error).into()
    }

    /// Answers `request` with the errors.
    pub(super) fn respond(&self, request: &HttpRequest) -> HttpResponse {
        let errors = self.messages.iter().map(|message| ErrorItem::new(self.failure, message));
        self.failure
            .respond(self.retry_after)
            .insert_header((CACHE_CONTROL, "no-store"))
            .json(ErrorBody { errors: errors.collect(), meta: Meta::of(request) })
    }
}

impl From<Vec<Violation>> for ClientError {
    fn from(broken: Vec<Violation>) -> Self {
        let messages = broken.iter().map(ToString::to_string).collect();
        Self { messages, ..INVALID.into() }
    }
}

impl From<Wait> for ClientError {
    fn from(wait: Wait) -> Self {
        let message = format!("Too many requests. Try again in {} seconds.", wait.seconds);
        Self { retry_after: Some(wait.seconds), ..Self::because(TOO_MANY, message) }
    }
}

impl From<BodyFault> for ClientError {
    fn from(fault: BodyFault) -> Self {
        match fault {
            BodyFault::MediaType => UNSUPPORTED.into(),
            BodyFault::TooLarge => TOO_LARGE.into(),
            BodyFault::Slow => TOO_SLOW.into(),
            BodyFault::Syntax => Self::because(INVALID, "body is invalid: expected a JSON object"),
        }
    }
}

impl From<FormError> for ClientError {
    fn from(error: FormError) -> Self {
        match error {
            FormError::MediaType => UNSUPPORTED.into(),
            FormError::TooLarge => TOO_LARGE.into(),
            FormError::Slow => TOO_SLOW.into(),
            FormError::Damaged => Self::because(INVALID, "body is invalid: expected a form"),
        }
    }
}

impl From<TokenError> for ClientError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Refused => UNAUTHORIZED.into(),
            TokenError::NoKeys(_) => Self::unexpected(UNAVAILABLE, &error),
        }
    }
}

impl From<Unavailable> for ClientError {
    fn from(error: Unavailable) -> Self {
        Self::unexpected(UNAVAILABLE, &error)
    }
}

impl From<UploadRefused> for ClientError {
    fn from(refused: UploadRefused) -> Self {
        match refused {
            UploadRefused::Quota => Self::because(TOO_LARGE, refused.to_string()),
            UploadRefused::Busy | UploadRefused::NoRoom => {
                let later = Self::because(UNAVAILABLE, refused.to_string());
                Self { retry_after: Some(UPLOAD_RETRY_SECONDS), ..later }
            }
            UploadRefused::Unavailable(error) => error.into(),
        }
    }
}

impl From<ClientRefusal> for ClientError {
    fn from(refusal: ClientRefusal) -> Self {
        match refusal {
            ClientRefusal::Forbidden(rule) => Self::because(FORBIDDEN, rule.to_string()),
            ClientRefusal::NotFound(_) => Self::because(NOT_FOUND, refusal.to_string()),
            ClientRefusal::Exists(_) => Self::because(CONFLICT, refusal.to_string()),
            ClientRefusal::NoPicture => {
                Self::because(INVALID, "file is invalid: expected a JPEG or PNG image")
            }
            ClientRefusal::LargePicture(fault) => Self::because(INVALID, format!("file is invalid: {fault}")),
            ClientRefusal::Upload(refused) => refused.into(),
            ClientRefusal::Contended => Self::unexpected(UNAVAILABLE, &refusal),
            ClientRefusal::Unavailable(error) => error.into(),
            ClientRefusal::Unknown(error) => Self::unexpected(UNKNOWN, &error),
        }
    }
}
