//! Sends single requests to the targets of subscriptions.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use profile_domain::Text;

/// One request to a subscription's target.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookRequest {
    /// The target.
    pub url: Text,
    /// Names and values of the subscription's own headers.
    pub headers: Vec<(String, Text)>,
    /// What `webhook-id` says: the id of the change.
    pub id: String,
    /// What `webhook-timestamp` says: the real time of the attempt, in seconds since 1970.
    pub timestamp: i64,
    /// The living secrets, each `whsec_` and base64; each of them signs, in this order.
    pub secrets: Vec<Text>,
    /// The body.
    pub body: Bytes,
}

/// Shows neither the body nor anything secret: a target may have a token in its path.
impl fmt::Debug for WebhookRequest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("WebhookRequest").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why an attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WebhookError {
    /// The target answered with another status than 2xx.
    Status,
    /// There was no status within the time.
    Timeout,
    /// There was no connection, or it broke.
    Connect,
    /// The target's certificate is not trusted, or TLS failed otherwise.
    Tls,
    /// The target answered with a redirect, which is never followed.
    Redirect,
    /// The target is, or its name leads to, an address that the service may not connect to.
    PrivateAddress,
}

impl WebhookError {
    /// Every error.
    pub const ALL: [Self; 6] =
        [Self::Status, Self::Timeout, Self::Connect, Self::Tls, Self::Redirect, Self::PrivateAddress];

    /// Returns the name on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Timeout => "timeout",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Redirect => "redirect",
            Self::PrivateAddress => "private_address",
        }
    }

    /// Returns the error of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|error| error.name() == name)
    }
}

/// What has come of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookAttempt {
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// Why the attempt failed; `None`: it succeeded.
    pub error: Option<WebhookError>,
    /// How long it took.
    pub duration: Duration,
    /// How long the target wants not to be asked again, at most 24 hours.
    pub retry_after: Option<Duration>,
}

impl WebhookAttempt {
    /// Returns whether the target has said that it is gone for good.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.status == Some(410)
    }

    /// Returns whether the target wants no request at all for now, not only not this one.
    #[must_use]
    pub const fn is_overloaded(&self) -> bool {
        is_overloaded(self.status)
    }
}

/// Returns whether an answer with this status wants no request at all for now.
#[must_use]
pub const fn is_overloaded(status: Option<u16>) -> bool {
    matches!(status, Some(429 | 503))
}

/// Sends requests to targets of subscriptions: signed, to allowed addresses only, once.
#[async_trait]
pub trait WebhookSender: Send + Sync {
    /// Sends a request and returns what has come of it, within ten seconds. It follows no redirect and repeats nothing. No byte
    /// goes to an address that the settings do not allow, also where a name leads to it only at the moment of the attempt.
    async fn send(&self, request: WebhookRequest) -> WebhookAttempt;
}
