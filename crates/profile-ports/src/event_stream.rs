//! Publishes events to a stream of a message broker.

use async_trait::async_trait;
use bytes::Bytes;
use profile_domain::change::RecordKind;
use uuid::Uuid;

use crate::Source;

/// An event, as a stream takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamEvent {
    /// The kind of the record that has changed; subjects are named after it.
    pub kind: RecordKind,
    /// The id of the change, by which the broker tells copies.
    pub id: Uuid,
    /// The body: a `CloudEvent` in its structured form.
    pub body: Bytes,
}

/// Why an event is not known to be in the stream. It may be there all the same.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The broker cannot be reached, or the connection broke.
    #[error("the broker cannot be reached")]
    Connect(#[source] Source),
    /// The broker has not confirmed the event within some seconds.
    #[error("the broker has confirmed nothing for seconds")]
    Timeout,
    /// The broker answers, but has no stream for the subject.
    #[error("no stream of the broker takes the subject {0}")]
    NoStream(String),
    /// The broker answers, and does not take the event.
    #[error("the broker does not take an event")]
    Refused(#[source] Source),
}

impl StreamError {
    /// Returns the name in metrics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Connect(_) => "connect",
            Self::Timeout => "timeout",
            Self::NoStream(_) => "no_stream",
            Self::Refused(_) => "refused",
        }
    }
}

/// A stream of a broker, which keeps events for those who read it later.
#[async_trait]
pub trait EventStream: Send + Sync {
    /// Publishes an event and returns when the broker has confirmed that it is stored, or after some seconds. It is sent once;
    /// an event that was sent before under the same id is no error. Events that are published at the same time have no order.
    ///
    /// # Errors
    /// [`StreamError`]; the event may be stored all the same, so it must be published again before any later one of its record.
    async fn publish(&self, event: &StreamEvent) -> Result<(), StreamError>;
}
