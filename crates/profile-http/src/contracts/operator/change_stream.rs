//! The feed as server-sent events (operator API page, section 9).

use std::{
    collections::VecDeque, convert::Infallible, fmt::Write as _, future::pending, sync::Arc, time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method,
        header::{CACHE_CONTROL, HeaderName},
    },
    web::Bytes,
};
use futures_util::stream;
use profile_domain::change::ChangeRecord;
use profile_ports::Chain;
use profile_usecases::{FeedHub, operator::ChangeFollower};
use serde::Serialize;
use tokio::time::{Instant, sleep, sleep_until};
use uuid::Uuid;

use super::{feed_query::EVENT_STREAM, list_changes::FeedView};
use crate::{
    connection::{Connection, Handling},
    open_calls::OpenCall,
};

/// Has nginx and its like pass events on at once.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
/// Tells a client after how many milliseconds to come back.
const RETRY: &str = "retry: 1000\n\n";
/// How often a client learns how far it has come.
const POSITION_EVERY: Duration = Duration::from_secs(15);
/// Changes that are read at once.
const CHUNK: u32 = 200;
/// How long the stream rests when the store does not answer.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Answers with what `follower` finds, until its caller leaves, its key ends or the server stops.
pub(super) fn change_stream(
    request: &HttpRequest,
    call: OpenCall,
    hub: Arc<FeedHub>,
    follower: ChangeFollower,
    view: FeedView,
) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.content_type(EVENT_STREAM);
    response.insert_header((CACHE_CONTROL, "no-store")).insert_header((ACCEL_BUFFERING, "no"));
    if *request.method() == Method::HEAD {
        return response.streaming(stream::empty::<Result<Bytes, Infallible>>());
    }
    let connection = request.conn_data::<Arc<Connection>>().cloned();
    let events = Events {
        _handling: connection.as_ref().map(Connection::handle),
        connection,
        call,
        hub,
        follower,
        view,
        waiting: VecDeque::new(),
        sent: None,
        position_at: Instant::now(),
    };
    response.streaming(stream::unfold(Box::new(events), async |mut events| {
        let event = events.next().await?;
        Some((Ok::<_, Infallible>(event), events))
    }))
}

/// Waits until the caller has ended its side of the connection; for ever where there is none, as in a test.
pub(super) async fn caller_gone(connection: Option<&Arc<Connection>>) {
    match connection {
        Some(connection) => connection.input_ended().await,
        None => pending().await,
    }
}

/// A stream on its way.
struct Events {
    connection: Option<Arc<Connection>>,
    /// A quiet stream is served as long as it is open: it makes no room for other connections.
    _handling: Option<Handling>,
    call: OpenCall,
    /// Tells when the server stops.
    hub: Arc<FeedHub>,
    follower: ChangeFollower,
    view: FeedView,
    /// Changes that were found and not yet sent.
    waiting: VecDeque<Arc<ChangeRecord>>,
    /// The position of the last event; `None` before the first one.
    sent: Option<Uuid>,
    position_at: Instant,
}

impl Events {
    /// Returns the next event; `None` at the end of the stream.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if self.call.is_key_ended() || self.hub.is_closed() {
                return None;
            }
            if Instant::now() >= self.position_at {
                return Some(self.position());
            }
            if let Some(change) = self.waiting.pop_front() {
                self.sent = Some(change.id);
                return Some(event("change", change.id, &self.view.change(&change)).into());
            }
            tokio::select! {
                biased;
                () = self.call.key_ended() => return None,
                () = caller_gone(self.connection.as_ref()) => return None,
                () = sleep_until(self.position_at) => {}
                () = self.hub.closed() => return None,
                changes = found(&mut self.follower) => self.waiting.extend(changes?),
            }
        }
    }

    /// Tells how far the client has come, and, before anything else, when to come back.
    fn position(&mut self) -> Bytes {
        self.position_at = Instant::now() + POSITION_EVERY;
        let position = match self.sent {
            // What waits to be sent lies behind it.
            Some(sent) if !self.waiting.is_empty() => sent,
            _ => self.follower.position(),
        };
        let mut text = if self.sent.is_none() { RETRY.to_owned() } else { String::new() };
        self.sent = Some(position);
        text.push_str(&event("position", position, &serde_json::Map::new()));
        text.into()
    }
}

/// Returns the next changes, none after a failure of the store; `None` when the server stops.
async fn found(follower: &mut ChangeFollower) -> Option<Vec<Arc<ChangeRecord>>> {
    match follower.next(CHUNK).await {
        Ok(changes) => changes,
        Err(error) => {
            tracing::warn!(error = %Chain(&error), "a stream of changes waits for the store");
            sleep(AFTER_FAILURE).await;
            Some(Vec::new())
        }
    }
}

/// Writes an event on its lines; JSON has no line breaks.
fn event(name: &str, position: Uuid, data: &impl Serialize) -> String {
    let mut text = format!("event: {name}\nid: {position}\ndata: ");
    write!(text, "{}", serde_json::to_string(data).unwrap_or_default()).ok();
    text.push_str("\n\n");
    text
}
