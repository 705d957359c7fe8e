//! Every error answer of the contract (section 6), and which one a refusal becomes.

use std::{borrow::Cow, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header::CACHE_CONTROL},
};
use profile_domain::users::{Family, PictureFault, VersionDate};
use profile_usecases::{
    UploadRefused,
    users::{NotAuthenticated, ReceiveFault, UserRefusal},
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::response::VERSION_HEADER;
use crate::{
    failure::{Failure, UPLOAD_RETRY_SECONDS},
    rate::Wait,
};

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

/// What every operation with a credential may answer.
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

/// Every `type` of an error, and every `code`.
const TYPES: [&str; 12] = [
    BAD_REQUEST.code,
    INVALID_REQUEST.code,
    UNAUTHORIZED.code,
    FORBIDDEN.code,
    NOT_FOUND.code,
    METHOD_NOT_ALLOWED.code,
    REPEATED.code,
    TOO_LARGE.code,
    UNSUPPORTED.code,
    RATE_LIMIT.code,
    INTERNAL.code,
    UNAVAILABLE.code,
];
const CODES: [&str; 12] = [
    "parameter_missing",
    "parameter_invalid",
    "invalid_json",
    "username_taken",
    "username_reserved",
    "user_token_required",
    "file_not_found",
    "file_not_ready",
    "file_failed",
    "file_unsupported",
    "upload_expired",
    "idempotency_key_reused",
];

/// An error.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UsersError")]
pub(super) struct ErrorBody<'a> {
    error: ErrorDetail<'a>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UsersErrorDetail")]
struct ErrorDetail<'a> {
    /// What kind of failure it is.
    #[schemars(extend("enum" = TYPES))]
    r#type: &'a str,
    /// What is wrong, for people.
    message: &'a str,
    /// What is wrong, for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "&str", extend("enum" = CODES))]
    code: Option<&'a str>,
    /// The parameter or member that is to blame, such as `profile_picture.id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "&str")]
    param: Option<&'a str>,
}

/// The error body of a failure, for the API document.
pub(super) fn example(failure: Failure) -> Value {
    json!(UsersError::from(failure).body())
}

impl From<Failure> for UsersError {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            message: failure.when.into(),
            code: None,
            param: None,
            version: None,
            retry_after: failure.store_retry(),
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

    /// Returns the body of the answer.
    pub(super) fn body(&self) -> ErrorBody<'_> {
        ErrorBody {
            error: ErrorDetail {
                r#type: self.failure.code,
                message: &self.message,
                code: self.code,
                param: self.param.as_deref(),
            },
        }
    }

    /// Returns the same error in the form that it has at `version`.
    pub(super) fn at(self, version: VersionDate) -> Self {
        let failure = match (self.failure, version.family()) {
            (BAD_REQUEST, Family::V2025_01_01) => INVALID_REQUEST,
            (failure, _) => failure,
        };
        Self { failure, version: Some(version), ..self }
    }

    /// Returns the error for a refused story; the account has another name at the oldest version.
    pub(super) fn refused(refusal: UserRefusal, version: VersionDate) -> Self {
        match refusal {
            UserRefusal::Forbidden(rule) => Self::because(FORBIDDEN, rule.to_string()),
            UserRefusal::NotFound => NOT_FOUND.into(),
            UserRefusal::AccountRequired if version.family() == Family::V2025_01_01 => {
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
            UserRefusal::Upload(refused) => Self::upload_refused(refused),
            UserRefusal::Contended | UserRefusal::Repeated => Self::unexpected(UNAVAILABLE, &refusal),
            UserRefusal::Unavailable(error) => Self::unexpected(UNAVAILABLE, &error),
            UserRefusal::Unknown(error) => Self::unexpected(UNKNOWN, &error),
        }
    }

    fn upload_refused(refused: UploadRefused) -> Self {
        match refused {
            UploadRefused::Quota => Self::because(TOO_LARGE, refused.to_string()),
            UploadRefused::Busy | UploadRefused::NoRoom => {
                let later = Self::because(UNAVAILABLE, refused.to_string());
                Self { retry_after: Some(UPLOAD_RETRY_SECONDS), ..later }
            }
            UploadRefused::Unavailable(error) => Self::unexpected(UNAVAILABLE, &error),
        }
    }

    /// An unexpected failure, which the log reports and the caller does not see.
    pub(super) fn unexpected(failure: Failure, error: &(dyn std::error::Error + 'static)) -> Self {
        failure.report(INTERNAL, error).into()
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
            ReceiveFault::Refused(refused) => return Self::upload_refused(refused),
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
        self.failure.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = self.failure.respond(self.retry_after);
        response.insert_header((CACHE_CONTROL, "no-store"));
        if let Some(version) = self.version {
            response.insert_header((VERSION_HEADER, version.as_str()));
        }
        response.json(self.body())
    }
}
