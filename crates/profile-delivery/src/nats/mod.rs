//! Publishes events to a `JetStream` stream of NATS, and waits until it has stored them.

mod address;

use std::time::Duration;

use async_nats::{
    ConnectOptions, HeaderMap,
    connection::State,
    header::NATS_MESSAGE_ID,
    jetstream::{
        Context,
        context::{ContextBuilder, PublishError, PublishErrorKind},
    },
};
use async_trait::async_trait;
use profile_domain::change::RecordKind;
use profile_ports::{EventStream, StreamError, StreamEvent};
use tokio::sync::Mutex;

pub use address::{NatsAddress, NatsAddressError};

use crate::sender::CLOUD_EVENT;

/// How long the stream may take to confirm an event.
const MAX_DURATION: Duration = Duration::from_secs(5);
/// How often a silent connection is checked.
const PING_INTERVAL: Duration = Duration::from_secs(10);

/// Publishes over one connection, which it opens when the first event is published and after failures.
pub struct NatsStream {
    address: NatsAddress,
    context: Mutex<Option<Context>>,
}

impl NatsStream {
    /// Returns a publisher to these servers; nothing is connected yet.
    #[must_use]
    pub fn new(address: NatsAddress) -> Self {
        Self { address, context: Mutex::default() }
    }

    /// Returns the connection. One that is lost is given up with all that it has not sent: whoever comes after this server must
    /// not be followed by what this one has tried long ago.
    async fn context(&self) -> Result<Context, StreamError> {
        let mut held = self.context.lock().await;
        if let Some(context) = held.as_ref()
            && context.client().connection_state() == State::Connected
        {
            return Ok(context.clone());
        }
        *held = None;
        let options = self.address.login(ConnectOptions::new());
        let options = options
            .name("profile")
            .ping_interval(PING_INTERVAL)
            .connection_timeout(MAX_DURATION)
            .max_reconnects(self.address.servers().len())
            .event_callback(async |event| tracing::debug!(%event, "NATS"));
        let client = options.connect(self.address.servers()).await;
        let client = client.map_err(|error| StreamError::Connect(error.into()))?;
        let context = ContextBuilder::new().timeout(MAX_DURATION).build(client);
        *held = Some(context.clone());
        Ok(context)
    }
}

/// Returns the subject of changes of a kind.
fn subject(kind: RecordKind) -> String {
    format!("profile.{}.changed", kind.name())
}

#[async_trait]
impl EventStream for NatsStream {
    async fn publish(&self, event: &StreamEvent) -> Result<(), StreamError> {
        let StreamEvent { kind, id, body } = event;
        let context = self.context().await?;
        let (subject, mut headers) = (subject(*kind), HeaderMap::new());
        headers.insert(NATS_MESSAGE_ID, id.to_string());
        headers.insert("content-type", CLOUD_EVENT);
        let stored = async {
            let sent = context.publish_with_headers(subject.clone(), headers, body.clone()).await?;
            sent.await
        };
        stored.await.map(drop).map_err(|error| failure(error, subject))
    }
}

fn failure(error: PublishError, subject: String) -> StreamError {
    match error.kind() {
        PublishErrorKind::StreamNotFound => StreamError::NoStream(subject),
        PublishErrorKind::TimedOut => StreamError::Timeout,
        PublishErrorKind::BrokenPipe => StreamError::Connect(error.into()),
        PublishErrorKind::WrongLastMessageId
        | PublishErrorKind::WrongLastSequence
        | PublishErrorKind::MaxAckPending
        | PublishErrorKind::MaxPayloadExceeded
        | PublishErrorKind::Other => StreamError::Refused(error.into()),
    }
}
