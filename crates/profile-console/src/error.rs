//! Pages that say why there is no other, and what to do.

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header::RETRY_AFTER},
};
use askama::Template;
use profile_ports::{Broken, Chain, Unavailable};
use profile_usecases::operator::{NotAdmitted, OperatorRefusal, RecordName};

use crate::shell::{Shell, html};

/// Why a page cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PageError {
    /// Nobody is signed in; where to go on afterwards.
    #[error("nobody is signed in")]
    SignedOut(String),
    #[error("there is nothing of this name")]
    NotFound,
    #[error("the record has ended")]
    Ended(Option<RecordName>),
    #[error("the role may not: {0}")]
    Forbidden(profile_domain::operator::Rule),
    #[error("the key may not be used from this address")]
    Address,
    #[error("the request came from another site")]
    CrossSite { header: &'static str, value: Option<String>, expected: String },
    #[error("the form cannot be read")]
    Form,
    #[error("the form is too large")]
    TooLarge,
    #[error("the file is too large")]
    FileTooLarge,
    #[error("an import of the key is running")]
    ImportRunning,
    #[error("too many requests")]
    TooMany(u16),
    #[error("refused: {0}")]
    Refused(OperatorRefusal),
    #[error("the outside world does not answer")]
    Unavailable,
    #[error("a record cannot be read")]
    Broken,
    #[error("the change may have been written, or not")]
    Unknown,
}

/// What a request for a page comes to.
pub(crate) type Answered = Result<HttpResponse, PageError>;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    shell: Shell,
    title: &'static str,
    detail: String,
    advice: String,
    link: Option<(String, &'static str)>,
}

impl PageError {
    /// Returns what happened, in detail, and what to do.
    fn words(&self) -> (&'static str, String, String) {
        let (title, detail, advice) = match self {
            Self::SignedOut(_) => ("Sign in", "Nobody is signed in.", "Sign in and open the page again."),
            Self::NotFound => (
                "Not found",
                "There is nothing of this name.",
                "Check the address, or find the person again.",
            ),
            Self::Ended(_) => ("Ended", "The record has ended.", "Its history is still there."),
            Self::Forbidden(rule) => {
                let detail = format!("The rule {rule} denies it to the role of this key.");
                return ("Not allowed", detail, "Ask somebody whose key has a higher role.".to_owned());
            }
            Self::Address => (
                "Not from here",
                "The key may not be used from this address.",
                "Use the network that the key was made for.",
            ),
            Self::CrossSite { header, value, expected } => {
                let sent = value.as_deref().map_or("no header".to_owned(), |value| format!("“{value}”"));
                let detail = format!("The request has {sent} as {header}; the console is at {expected}.");
                let advice =
                    "Open the console at that address. If it is another one, set PROFILE_OPERATOR_URL.";
                return ("Refused: not sent by a page of the console", detail, advice.to_owned());
            }
            Self::Form => ("Not readable", "The form cannot be read.", "Go back, and send it again."),
            Self::TooLarge => ("Too large", "A form has at most 1 MiB.", "Go back, and shorten it."),
            Self::FileTooLarge => (
                "Too large",
                "An import has at most 1 GiB. Nothing was imported.",
                "Go back, and send the rows in several files.",
            ),
            Self::ImportRunning => (
                "An import is running",
                "A key imports one file at a time, and one of this key is running.",
                "Wait until it has ended, or stop it on the page Imports.",
            ),
            Self::TooMany(seconds) => {
                let advice = format!("Wait {seconds} seconds, and load the page again.");
                return ("Too many requests", "This key asks too often.".to_owned(), advice);
            }
            Self::Refused(refusal) => {
                return (
                    "Refused",
                    format!("Nothing was changed: {refusal}."),
                    advice_of(refusal).to_owned(),
                );
            }
            Self::Unavailable => (
                "Not available",
                "A part of the service does not answer. Nothing was changed.",
                "Load the page again in a moment.",
            ),
            Self::Broken => (
                "Error of the service",
                "What is stored cannot be read. Nothing was changed.",
                "Tell who runs the service; the log has the cause under the id of this request.",
            ),
            Self::Unknown => (
                "Outcome unknown",
                "The end of the change was not seen: it may have been written, or not.",
                "Look at the record's history before you try again.",
            ),
        };
        (title, detail.to_owned(), advice.to_owned())
    }

    /// Returns the page in its frame.
    pub(crate) fn page(&self, shell: Shell) -> HttpResponse {
        let (title, detail, advice) = self.words();
        let link = match self {
            Self::Ended(Some(RecordName { kind, key })) => {
                Some((format!("/console/records/{}/{key}/history", kind.name()), "History of the record"))
            }
            Self::ImportRunning => Some(("/console/imports".to_owned(), "Imports")),
            _ => None,
        };
        let mut response = html(self.status_code(), &ErrorPage { shell, title, detail, advice, link });
        if let Self::TooMany(seconds) = self {
            response.headers_mut().insert(RETRY_AFTER, (*seconds).into());
        }
        response
    }
}

/// Returns what to do about a refusal.
const fn advice_of(refusal: &OperatorRefusal) -> &'static str {
    match refusal {
        OperatorRefusal::Exists => "Open the record, and edit it.",
        OperatorRefusal::KeyEnded => "Use another key: this one stays with what it was given to.",
        OperatorRefusal::Held => {
            "Ask a privacy officer to release the hold, on the page Privacy of the person, and do it again."
        }
        OperatorRefusal::Referenced => "Change or end the records that name this one first.",
        OperatorRefusal::NotRevertible(_) => {
            "Choose another version in the history, or edit the fields of the record."
        }
        OperatorRefusal::PreconditionFailed { .. } | OperatorRefusal::Conflict(_) => {
            "Open the record again, look at what others have written, and do it again."
        }
        OperatorRefusal::Taken(_) => "Find the record that has the value, or choose another value.",
        OperatorRefusal::DeliveryOff => {
            "Ask who runs the service to set PROFILE_DELIVERY to on and to start it again."
        }
        OperatorRefusal::Invalid(_) => {
            "Go back, and check what was typed: the form says which values it takes."
        }
        _ => "Open the page again, and fill the form in anew.",
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SignedOut(_) => StatusCode::UNAUTHORIZED,
            Self::NotFound | Self::Ended(_) => StatusCode::NOT_FOUND,
            Self::Forbidden(_) | Self::Address | Self::CrossSite { .. } => StatusCode::FORBIDDEN,
            Self::Form => StatusCode::BAD_REQUEST,
            Self::TooLarge | Self::FileTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Refused(_) | Self::ImportRunning => StatusCode::CONFLICT,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable | Self::Unknown => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::SignedOut(next) => crate::pages::sign_in_page(self.status_code(), next, None),
            _ => self.page(Shell::of_nobody()),
        }
    }
}

impl From<OperatorRefusal> for PageError {
    fn from(refusal: OperatorRefusal) -> Self {
        match refusal {
            OperatorRefusal::NotFound => Self::NotFound,
            OperatorRefusal::Ended => Self::Ended(None),
            OperatorRefusal::Forbidden(rule, _) => Self::Forbidden(rule),
            OperatorRefusal::Unavailable(error) => error.into(),
            OperatorRefusal::Contended | OperatorRefusal::Repeated => Self::Unavailable,
            OperatorRefusal::Unknown(error) => {
                tracing::error!(error = %Chain(&error), "unexpected failure");
                Self::Unknown
            }
            other => Self::Refused(other),
        }
    }
}

impl From<Unavailable> for PageError {
    fn from(error: Unavailable) -> Self {
        tracing::error!(error = %Chain(&error), "unexpected failure");
        if Broken::causes(&error) { Self::Broken } else { Self::Unavailable }
    }
}

impl From<NotAdmitted> for PageError {
    fn from(refused: NotAdmitted) -> Self {
        match refused {
            NotAdmitted::Refused => Self::SignedOut("/console".to_owned()),
            NotAdmitted::Address => Self::Address,
            NotAdmitted::Unavailable(error) => error.into(),
        }
    }
}
