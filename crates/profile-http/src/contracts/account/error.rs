//! Every error answer of the contract (sections 3 to 5), and which one a refusal becomes.

use std::{borrow::Cow, fmt};

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use profile_domain::account::policy::NoCaller;
use profile_ports::TokenError;
use profile_usecases::{Refusal, UploadRefused, account::AvatarFault};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    body::BodyFault,
    failure::{Failure, UPLOAD_RETRY_SECONDS},
    multipart::FormError,
    rate::Wait,
};

pub(super) const INVALID_DATA: Failure = Failure::new(400, "INVALID_DATA", "the request breaks a rule");
pub(super) const INVALID_AVATAR: Failure =
    Failure::new(400, "INVALID_AVATAR", "avatar does not reference a public account avatar file");
pub(super) const UNFIT_FILE: Failure =
    Failure::new(400, "INVALID_AVATAR", "the file's extension is not allowed, or it is empty or too large");
pub(super) const WRONG_SIGNATURE: Failure =
    Failure::new(400, "RET_INVALID_DATA", "the file's content is not of the format that its name says");
pub(super) const INVALID_USER: Failure = Failure::new(400, "INVALID_USER", "the account is not available");
pub(super) const NO_LOGIN: Failure = Failure::new(400, "INVALID_DATA", "the token carries no account login");
pub(super) const PERMISSION_DENIED: Failure =
    Failure::new(401, "PERMISSION_DENIED", "missing or invalid token");
pub(super) const INVALID_CUSTOMER_SESSION: Failure =
    Failure::new(401, "INVALID_CUSTOMER_SESSION", "the token carries no customer id");
pub(super) const ACCESS_DENIED: Failure = Failure::new(403, "ACCESS_DENIED", "this session may not do that");
pub(super) const NOT_FOUND: Failure =
    Failure::new(404, "RET_NOT_FOUND", "the account or customer does not exist");
pub(super) const FILE_NOT_FOUND: Failure = Failure::new(404, "RET_NOT_FOUND", "there is no such public file");
pub(super) const CUSTOMER_NOT_FOUND: Failure = Failure::new(404, "NOT_FOUND", "the customer does not exist");
pub(super) const UNKNOWN_PATH: Failure = Failure::new(404, "RET_NOT_FOUND", "there is no such path");
pub(super) const METHOD_NOT_ALLOWED: Failure =
    Failure::new(405, "METHOD_NOT_ALLOWED", "the path is known, the method is not");
pub(super) const TOO_SLOW: Failure = Failure::new(408, "INVALID_DATA", "the body did not arrive in time");
pub(super) const TOO_LARGE: Failure = Failure::new(413, "INVALID_DATA", "the body is too large");
pub(super) const UPLOAD_TOO_LARGE: Failure = Failure::new(
    413,
    "INVALID_AVATAR",
    "the whole request is too large, or too many files are stored that no account shows",
);
pub(super) const TOO_FREQUENT: Failure =
    Failure::new(429, "RET_TOO_FREQUENT", "too many uploads in a minute");
pub(super) const TECH_PROBLEM: Failure = Failure::new(500, "RET_TECH_PROBLEM", "an unexpected failure");
pub(super) const UNAVAILABLE: Failure =
    Failure::new(503, "RET_TECH_PROBLEM", "the store does not answer; try again later");
const UNKNOWN: Failure = Failure::new(
    503,
    "RET_TECH_PROBLEM",
    "the store did not answer in time: it is unknown whether the change was written",
);

/// An error answer; made for one request, from constant texts and the names of fields.
#[derive(Debug)]
pub(crate) struct AccountError {
    failure: Failure,
    message: Cow<'static, str>,
    /// Seconds after which the caller may come again.
    retry_after: Option<u16>,
}

/// An error: a code, and what it means for people.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AccountError")]
pub(super) struct ErrorBody<'a> {
    error: &'a str,
    message: &'a str,
}

/// The error body of a failure, for the API document.
pub(super) fn example(failure: Failure) -> Value {
    json!(ErrorBody { error: failure.code, message: failure.when })
}

impl From<Failure> for AccountError {
    fn from(failure: Failure) -> Self {
        Self { failure, message: failure.when.into(), retry_after: failure.store_retry() }
    }
}

impl AccountError {
    pub(super) fn because(failure: Failure, message: impl Into<Cow<'static, str>>) -> Self {
        Self { message: message.into(), ..failure.into() }
    }

    /// An unexpected failure, which the log reports and the caller does not see.
    fn unexpected(failure: Failure, error: &(dyn std::error::Error + 'static)) -> Self {
        failure.report(TECH_PROBLEM, error).into()
    }

    /// Why a session gives no caller; `anonymous` is the endpoint's answer to a token that does not say whose it is.
    pub(super) fn no_caller(reason: NoCaller, anonymous: Failure) -> Self {
        match reason {
            NoCaller::Denied(rule) => Self::because(ACCESS_DENIED, rule.to_string()),
            NoCaller::Anonymous => anonymous.into(),
        }
    }
}

impl From<TokenError> for AccountError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Refused => PERMISSION_DENIED.into(),
            TokenError::NoKeys(_) => Self::unexpected(UNAVAILABLE, &error),
        }
    }
}

impl From<Refusal> for AccountError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(broken) => {
                let lines: Vec<String> = broken.iter().map(ToString::to_string).collect();
                Self::because(INVALID_DATA, lines.join("; "))
            }
            Refusal::BadReference(_) => INVALID_AVATAR.into(),
            Refusal::Forbidden(rule) => Self::because(ACCESS_DENIED, rule.to_string()),
            Refusal::NotFound(what) => Self::because(NOT_FOUND, format!("{what} not found")),
            // No update of an account can meet a taken value.
            Refusal::Taken(_) | Refusal::Ended | Refusal::Contended => {
                Self::unexpected(UNAVAILABLE, &refusal)
            }
            Refusal::Unavailable(error) => Self::unexpected(UNAVAILABLE, &error),
            Refusal::Unknown(error) => Self::unexpected(UNKNOWN, &error),
        }
    }
}

impl From<BodyFault> for AccountError {
    fn from(fault: BodyFault) -> Self {
        let failure = match fault {
            BodyFault::MediaType | BodyFault::Syntax => INVALID_DATA,
            BodyFault::TooLarge => TOO_LARGE,
            BodyFault::Slow => TOO_SLOW,
        };
        Self::because(failure, fault.to_string())
    }
}

impl From<FormError> for AccountError {
    fn from(error: FormError) -> Self {
        match error {
            FormError::MediaType => {
                Self::because(INVALID_DATA, "the content type must be multipart/form-data")
            }
            FormError::TooLarge => UPLOAD_TOO_LARGE.into(),
            FormError::Slow => TOO_SLOW.into(),
            FormError::Damaged => Self::because(INVALID_DATA, "the form is damaged"),
        }
    }
}

impl From<UploadRefused> for AccountError {
    fn from(refused: UploadRefused) -> Self {
        match refused {
            UploadRefused::Quota => Self::because(UPLOAD_TOO_LARGE, refused.to_string()),
            UploadRefused::Busy | UploadRefused::NoRoom => {
                let later = Self::because(UNAVAILABLE, refused.to_string());
                Self { retry_after: Some(UPLOAD_RETRY_SECONDS), ..later }
            }
            UploadRefused::Unavailable(error) => Self::unexpected(UNAVAILABLE, &error),
        }
    }
}

impl From<Wait> for AccountError {
    fn from(wait: Wait) -> Self {
        Self { retry_after: Some(wait.seconds), ..TOO_FREQUENT.into() }
    }
}

impl From<AvatarFault> for AccountError {
    fn from(fault: AvatarFault) -> Self {
        match fault {
            AvatarFault::Extension | AvatarFault::Empty | AvatarFault::TooLarge => {
                Self::because(UNFIT_FILE, fault.to_string())
            }
            AvatarFault::Refused(refused) => refused.into(),
            AvatarFault::Signature => Self::because(WRONG_SIGNATURE, fault.to_string()),
            AvatarFault::Unavailable(error) => Self::unexpected(UNAVAILABLE, &error),
            AvatarFault::Unknown(error) => Self::unexpected(UNKNOWN, &error),
        }
    }
}

impl fmt::Display for AccountError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.failure.code)
    }
}

impl ResponseError for AccountError {
    fn status_code(&self) -> StatusCode {
        self.failure.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        self.failure
            .respond(self.retry_after)
            .json(ErrorBody { error: self.failure.code, message: &self.message })
    }
}
