//! Every error answer of the contract (section 3), and which one a refusal becomes.

use profile_domain::Violation;
use profile_ports::{Broken, Chain, TokenError, Unavailable};
use profile_usecases::{UploadRefused, client::ClientRefusal};

use crate::{body::BodyFault, failure::Failure, rate::Wait};

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

/// Seconds after which a caller may come again whom the store did not answer.
const RETRY_AFTER: u16 = 1;
/// The same, for whose upload there is no place.
const UPLOAD_AGAIN: u16 = 5;

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
pub(super) struct ClientFault {
    pub(super) failure: Failure,
    pub(super) messages: Vec<String>,
    pub(super) retry_after: Option<u16>,
}

impl From<Failure> for ClientFault {
    fn from(failure: Failure) -> Self {
        Self::because(failure, failure.when)
    }
}

impl ClientFault {
    pub(super) fn because(failure: Failure, message: impl Into<String>) -> Self {
        Self { failure, messages: vec![message.into()], retry_after: None }
    }

    /// Told in the log, not to the caller.
    fn unexpected(failure: Failure, error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = %Chain(error), "unexpected failure");
        // Asking again does not mend a damaged row.
        let failure = if Broken::causes(error) { INTERNAL } else { failure };
        let retry_after = (failure.status == 503).then_some(RETRY_AFTER);
        Self { retry_after, ..failure.into() }
    }
}

impl From<Vec<Violation>> for ClientFault {
    fn from(broken: Vec<Violation>) -> Self {
        let messages = broken.iter().map(ToString::to_string).collect();
        Self { failure: INVALID, messages, retry_after: None }
    }
}

impl From<Wait> for ClientFault {
    fn from(wait: Wait) -> Self {
        let message = format!("Too many requests. Try again in {} seconds.", wait.seconds);
        Self { retry_after: Some(wait.seconds), ..Self::because(TOO_MANY, message) }
    }
}

impl From<BodyFault> for ClientFault {
    fn from(fault: BodyFault) -> Self {
        match fault {
            BodyFault::MediaType => UNSUPPORTED.into(),
            BodyFault::TooLarge => TOO_LARGE.into(),
            BodyFault::Slow => TOO_SLOW.into(),
            BodyFault::Syntax => Self::because(INVALID, "body is invalid: expected a JSON object"),
        }
    }
}

impl From<TokenError> for ClientFault {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Refused => UNAUTHORIZED.into(),
            TokenError::NoKeys(_) => Self::unexpected(UNAVAILABLE, &error),
        }
    }
}

impl From<Unavailable> for ClientFault {
    fn from(error: Unavailable) -> Self {
        Self::unexpected(UNAVAILABLE, &error)
    }
}

impl From<UploadRefused> for ClientFault {
    fn from(refused: UploadRefused) -> Self {
        match refused {
            UploadRefused::Quota => Self::because(TOO_LARGE, refused.to_string()),
            UploadRefused::Busy | UploadRefused::NoRoom => {
                Self { retry_after: Some(UPLOAD_AGAIN), ..Self::because(UNAVAILABLE, refused.to_string()) }
            }
            UploadRefused::Unavailable(error) => error.into(),
        }
    }
}

impl From<ClientRefusal> for ClientFault {
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
