//! Error answers: the row of a contract's table, and what every error answer has whatever its body.

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use profile_ports::{Broken, Chain};

/// Seconds after which a caller may ask again when the store did not answer.
pub(crate) const STORE_RETRY_SECONDS: u16 = 1;
/// Seconds after which a caller may ask again when there was no room for an upload.
pub(crate) const UPLOAD_RETRY_SECONDS: u16 = 5;

/// An error answer, as the contract's table has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failure {
    /// HTTP status.
    pub status: u16,
    /// The code in the body.
    pub code: &'static str,
    /// When it is returned; also the message, unless a request has a better one.
    pub when: &'static str,
}

impl Failure {
    /// A row of the table.
    pub(crate) const fn new(status: u16, code: &'static str, when: &'static str) -> Self {
        Self { status, code, when }
    }

    /// The HTTP status.
    pub(crate) fn status_code(self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// How long the store's callers wait before they try again; `None` where trying again does not help.
    pub(crate) fn store_retry(self) -> Option<u16> {
        (self.status == 503).then_some(STORE_RETRY_SECONDS)
    }

    /// Begins the answer: status and headers.
    pub(crate) fn respond(self, retry_after: Option<u16>) -> HttpResponseBuilder {
        let mut response = HttpResponse::build(self.status_code());
        if self.status == 401 {
            response.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some(seconds) = retry_after {
            response.insert_header((RETRY_AFTER, u64::from(seconds)));
        }
        if matches!(self.status, 408 | 413) {
            // The rest of the body is not wanted.
            response.force_close();
        }
        response
    }

    /// Writes an unexpected failure to the log, which callers do not see; returns the failure to answer: `internal` for a
    /// damaged row, which trying again does not mend, else this one.
    pub(crate) fn report(self, internal: Self, error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error = %Chain(error), "unexpected failure");
        if Broken::causes(error) { internal } else { self }
    }
}
