//! Every error answer of the contract (section 6), and which one a refusal becomes.

use std::{borrow::Cow, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use profile_domain::users::{Family, PictureFault, VersionDate};
use profile_ports::{Broken, Chain};
use profile_usecases::{
    UploadRefused,
    users::{NotAuthenticated, ReceiveFault, UserRefusal},
};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Value, json};

use super::exchange::VERSION_HEADER;
use crate::{failure::Failure, rate::Wait};

pub(super) const BAD_REQUEST: Failure = Failure::new(400, "bad_request", "The request breaks a rule.");
/// What [`BAD_REQUEST`] is called at the oldest version, but for a fault of the version itself.
pub(super) const INVALID_REQUEST: Failure =
    Failure::new(400, "invalid_request_error", "The request breaks a rule, at the oldest version.");
pub(super) const UNAUTHORIZED: Failure =
    Failure::new(401, "unauthorized", "The credential is missing or not valid.");
pub(super) const FORBIDDEN: Failure = Failure::new(403, "forbidden", "The credential may not do that.");
pub(super) const NOT_FOUND: Failure = Failure::new(404, "not_found", "There is no such user.");
pub(super) const FILE_NOT_FOUND: Failure = Failure::new(404, "not_found", "There is no such file.");
pub(super) const UNKNOWN_PATH: Failure = Failure::new(404, "not_found", "There is no such path.");
pub(super) const METHOD_NOT_ALLOWED: Failure =
    Failure::new(405, "method_not_allowed", "The path is known, the method is not.");
pub(super) const REPEATED: Failure = Failure::new(409, "conflict", "The file has been uploaded already.");
pub(super) const TOO_LARGE: Failure = Failure::new(413, "payload_too_large", "The body is too large.");
pub(super) const UNSUPPORTED: Failure =
    Failure::new(415, "unsupported_media_type", "The content type must be application/json.");
pub(super) const TOO_SLOW: Failure = Failure::new(408, "bad_request", "The body did not arrive in time.");
pub(super) const RATE_LIMIT: Failure = Failure::new(429, "rate_limit_exceeded", "Try again later.");
pub(super) const INTERNAL: Failure = Failure::new(500, "internal_error", "An unexpected failure.");
pub(super) const UNAVAILABLE: Failure =
    Failure::new(503, "service_unavailable", "The store does not answer.");
const UNKNOWN: Failure = Failure::new(
    503,
    "service_unavailable",
    "The store did not answer in time: it is unknown whether the change was written.",
);

/// Seconds after which a caller may come again whom the store did not answer.
const RETRY_AFTER: u16 = 1;

/// Seconds after which a caller may come again for whose upload there is no place.
const UPLOAD_AGAIN: u16 = 5;

/// What every endpoint may answer.
pub(super) const COMMON: [Failure; 7] =
    [BAD_REQUEST, INVALID_REQUEST, UNAUTHORIZED, FORBIDDEN, RATE_LIMIT, INTERNAL, UNAVAILABLE];

/// An error answer; made for one request.
#[derive(Debug)]
pub(crate) struct UsersError {
    failure: Failure,
    message: Cow<'static, str>,
    code: Option<&'static str>,
    param: Option<Box<str>>,
    version: Option<VersionDate>,
    /// Seconds after which the caller may ask again.
    retry_after: Option<u16>,
}

#[derive(Serialize)]
struct Envelope<'a> {
    error: ErrorBody<'a>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    r#type: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    param: Option<&'a str>,
}

/// The schema of an error body.
pub(super) fn schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "required": ["error"],
        "properties": { "error": {
            "type": "object",
            "required": ["type", "message"],
            "properties": {
                "type": { "type": "string" },
                "message": { "type": "string" },
                "code": { "type": "string" },
                "param": { "type": "string" },
            },
        } },
    })
}

/// The error body of a failure, for the API document.
pub(super) fn example(failure: Failure) -> Value {
    json!({ "error": { "type": failure.code, "message": failure.when } })
}

impl From<Failure> for UsersError {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            message: failure.when.into(),
            code: None,
            param: None,
            version: None,
            retry_after: None,
        }
    }
}

impl UsersError {
    pub(super) fn because(failure: Failure, message: impl Into<Cow<'static, str>>) -> Self {
        Self { message: message.into(), ..failure.into() }
    }

    /// A fault of one parameter.
    pub(super) fn parameter(
        code: &'static str,
        param: impl Into<Box<str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { code: Some(code), param: Some(param.into()), ..Self::because(BAD_REQUEST, message) }
    }

    /// A parameter that breaks its rule; `problem` is read behind its name.
    pub(super) fn invalid(param: &'static str, problem: &str) -> Self {
        Self::parameter("parameter_invalid", param, format!("{param} {problem}"))
    }

    /// A fault with a code that no parameter is to blame for.
    pub(super) fn coded(failure: Failure, code: &'static str, message: &'static str) -> Self {
        Self { code: Some(code), ..Self::because(failure, message) }
    }

    pub(super) fn invalid_json() -> Self {
        Self::coded(BAD_REQUEST, "invalid_json", "The body is not a JSON object.")
    }

    /// Too many requests.
    pub(super) fn too_many(wait: Wait) -> Self {
        let message = format!("Try again in {} seconds.", wait.seconds);
        Self { retry_after: Some(wait.seconds), ..Self::because(RATE_LIMIT, message) }
    }

    /// The body of the answer.
    pub(super) fn body(&self) -> String {
        let error = ErrorBody {
            r#type: self.failure.code,
            message: &self.message,
            code: self.code,
            param: self.param.as_deref(),
        };
        serde_json::to_string(&Envelope { error }).unwrap_or_default()
    }

    /// The same answer to a request of this version.
    pub(super) fn at(self, version: VersionDate) -> Self {
        let failure = match (self.failure, version.family()) {
            (BAD_REQUEST, Family::F0) => INVALID_REQUEST,
            (failure, _) => failure,
        };
        Self { failure, version: Some(version), ..self }
    }

    /// Why a story was refused; the account has another name at the oldest version.
    pub(super) fn refused(refusal: UserRefusal, version: VersionDate) -> Self {
        match refusal {
            UserRefusal::Forbidden(rule) => Self::because(FORBIDDEN, rule.to_string()),
            UserRefusal::NotFound => NOT_FOUND.into(),
            UserRefusal::AccountRequired if version.family() == Family::F0 => {
                Self::parameter("parameter_missing", "company_id", "Missing required parameter: company_id")
            }
            UserRefusal::AccountRequired => {
                Self::parameter("parameter_missing", "account_id", "account_id is required")
            }
            UserRefusal::UserTokenRequired => {
                Self::coded(BAD_REQUEST, "user_token_required", "A user token is required.")
            }
            UserRefusal::Invalid(broken) => {
                let message = broken.to_string();
                Self::parameter("parameter_invalid", broken.field, message)
            }
            UserRefusal::Reserved => Self::parameter("username_reserved", "username", "username is reserved"),
            UserRefusal::Taken => Self::parameter("username_taken", "username", "username is already taken"),
            UserRefusal::Picture(fault, param) => {
                let code = match fault {
                    PictureFault::NotFound => "file_not_found",
                    PictureFault::NotReady => "file_not_ready",
                    PictureFault::Failed => "file_failed",
                    PictureFault::Unsupported => "file_unsupported",
                    PictureFault::Expired => "upload_expired",
                };
                Self::parameter(code, param, fault.to_string())
            }
            UserRefusal::Upload(refused) => Self::not_taken(refused),
            UserRefusal::Contended | UserRefusal::Repeated => Self::unexpected(UNAVAILABLE, &refusal),
            UserRefusal::Unavailable(error) => Self::unexpected(UNAVAILABLE, &error),
            UserRefusal::Unknown(error) => Self::unexpected(UNKNOWN, &error),
        }
    }

    /// Why an upload is not taken now.
    fn not_taken(refused: UploadRefused) -> Self {
        match refused {
            UploadRefused::Quota => Self::because(TOO_LARGE, refused.to_string()),
            UploadRefused::Busy | UploadRefused::NoRoom => {
                let later = Self { retry_after: Some(UPLOAD_AGAIN), ..UNAVAILABLE.into() };
                Self { message: refused.to_string().into(), ..later }
            }
            UploadRefused::Unavailable(error) => Self::unexpected(UNAVAILABLE, &error),
        }
    }

    /// Told in the log, not to the caller.
    pub(super) fn unexpected(failure: Failure, error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = %Chain(error), "unexpected failure");
        // Asking again does not mend a damaged row.
        let failure = if Broken::causes(error) { INTERNAL } else { failure };
        let retry_after = (failure.status == 503).then_some(RETRY_AFTER);
        Self { retry_after, ..failure.into() }
    }
}

impl From<NotAuthenticated> for UsersError {
    fn from(fault: NotAuthenticated) -> Self {
        match fault {
            NotAuthenticated::Refused => UNAUTHORIZED.into(),
            NotAuthenticated::Address => Self::because(FORBIDDEN, fault.to_string()),
            NotAuthenticated::NoKeys(error) => Self::unexpected(UNAVAILABLE, &error),
            NotAuthenticated::Unavailable(error) => Self::unexpected(UNAVAILABLE, &error),
        }
    }
}

impl From<ReceiveFault> for UsersError {
    fn from(fault: ReceiveFault) -> Self {
        let failure = match fault {
            ReceiveFault::Forbidden | ReceiveFault::WrongHeader => FORBIDDEN,
            ReceiveFault::Repeated | ReceiveFault::Underway => REPEATED,
            ReceiveFault::Refused(refused) => return Self::not_taken(refused),
            ReceiveFault::TooLarge => TOO_LARGE,
            ReceiveFault::Unavailable(error) => return Self::unexpected(UNAVAILABLE, &error),
            ReceiveFault::Unknown(error) => return Self::unexpected(UNKNOWN, &error),
        };
        Self::because(failure, fault.to_string())
    }
}

impl fmt::Display for UsersError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.failure.code)
    }
}

impl ResponseError for UsersError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.failure.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        answer.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(version) = self.version {
            answer.insert_header((VERSION_HEADER, version.as_str()));
        }
        if self.failure.status == 401 {
            answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if matches!(self.failure.status, 408 | 413) {
            // The rest of the body is not wanted.
            answer.force_close();
        }
        if let Some(seconds) = self.retry_after {
            answer.insert_header((header::RETRY_AFTER, u64::from(seconds)));
        }
        answer.content_type("application/json").body(self.body())
    }
}
