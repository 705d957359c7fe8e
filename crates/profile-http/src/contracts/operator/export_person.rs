//! `GET /operator/v1/persons/{person}/export`: everything about a person as a zip archive (operator API page, section 11).

use std::{
    io::{self, Write},
    mem,
};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        Method,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION},
    },
    web::Bytes,
};
use futures_util::{Stream, StreamExt as _, stream};
use profile_domain::{
    PersonId,
    operator::{OperatorKeyId, Rule},
};
use profile_export::{ExportError, export};
use profile_usecases::{
    Ports,
    operator::{ExportHead, check_export, export_person},
};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::{
    endpoint::{Answered, without_body},
    error::{INTERNAL, OperatorError, READS, UNAVAILABLE},
    list_person_changes::person_in_path,
    parameter::{PERSON, REASON},
    printed::exported_change,
    query::Query,
    request::RequestContext,
};
use crate::{
    State,
    endpoint::{Body, Endpoint},
    open_calls::OpenCall,
};

const ZIP: &str = "application/zip";
/// Bytes of a piece.
const PIECE_BYTES: usize = 64 * 1024;
/// Pieces that wait for a slow reader.
const WAITING_PIECES: usize = 4;

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![PERSON, REASON],
        ..Endpoint::read(
            "export_person",
            &["/operator/v1/persons/{person}/export"],
            "Export everything about a person; the access is noted",
            Body::Binary(&[ZIP]),
            READS.to_vec(),
            |route| without_body(route, begin),
        )
    }
}

/// `HEAD` says whether the person can be exported; it shows nothing, and leaves no mark.
async fn begin(request: &HttpRequest, state: &State) -> Answered {
    let person = person_in_path(request)?;
    let context = RequestContext::begin(request, state, Some(Rule::Privacy)).await?;
    let mut query = Query::read(request, &["reason"]);
    let reason = query.required_reason();
    query.check()?;
    let ports = &state.ports;
    let mut headers = headers_of(person);
    if *request.method() == Method::HEAD {
        check_export(ports, person).await?;
        return Ok(headers.streaming(stream::empty::<Result<Bytes, ExportError>>()));
    }
    let place = ArchivePlace::take(state, &context.key.id).ok_or_else(OperatorError::too_many_open)?;
    let request_id = &context.origin.request_id;
    let head = export_person(ports, &context.actor, person, request_id, reason).await?;
    archive(headers, ports.clone(), head, place.0).await
}

/// Returns the headers of an archive.
fn headers_of(person: PersonId) -> HttpResponseBuilder {
    let mut headers = HttpResponse::Ok();
    headers
        .content_type(ZIP)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"person-{}.zip\"", person.0)));
    headers
}

/// A place among the open calls of a key, for one archive. The console sends archives, too.
pub struct ArchivePlace(OpenCall);

impl ArchivePlace {
    /// Takes a place; `None` if the key has too many open calls.
    #[must_use]
    pub fn take(state: &State, key: &OperatorKeyId) -> Option<Self> {
        state.open_calls.open(key, "export").map(Self)
    }

    /// Answers with the archive of an export of a person that has begun; `None` if it failed before its first byte, which the
    /// log reports.
    pub async fn send(self, ports: Ports, head: ExportHead) -> Option<HttpResponse> {
        let headers = headers_of(head.person?);
        archive(headers, ports, head, self.0).await.ok()
    }
}

/// Answers with the archive, once its first bytes are there: until then, a failure can be told.
async fn archive(
    mut headers: HttpResponseBuilder,
    ports: Ports,
    head: ExportHead,
    call: OpenCall,
) -> Answered {
    let (sender, mut receiver) = channel(WAITING_PIECES);
    let out = Pieces { sender: sender.clone(), waiting: Vec::new() };
    actix_web::rt::spawn(async move {
        if let Err(error) = export(&ports, head, exported_change, out, |_| {}).await {
            sender.send(Err(error)).await.ok();
        }
    });
    match receiver.recv().await {
        Some(Ok(first)) => {
            let span = tracing::Span::current();
            // A connection that breaks off is all that can be told now.
            let rest = pieces(receiver, call).map(move |piece| {
                piece.inspect_err(|error| {
                    span.in_scope(|| UNAVAILABLE.report(INTERNAL, error));
                })
            });
            Ok(headers.streaming(stream::iter([Ok(first)]).chain(rest)))
        }
        Some(Err(error)) => Err(OperatorError::unexpected(UNAVAILABLE, &error)),
        None => Err(INTERNAL.into()),
    }
}

/// What the archive is written to: pieces for the answer. What waits for a piece to be full is lost when the archive is given
/// up, so that an early failure comes before any byte.
struct Pieces {
    sender: Sender<Result<Bytes, ExportError>>,
    waiting: Vec<u8>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(mem::take(&mut self.waiting));
        self.sender.blocking_send(Ok(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// The pieces behind the first one. Whose key ends gets no more of them.
fn pieces(
    receiver: Receiver<Result<Bytes, ExportError>>,
    call: OpenCall,
) -> impl Stream<Item = Result<Bytes, ExportError>> {
    stream::unfold((receiver, call), async |(mut receiver, call)| {
        let piece = tokio::select! {
            biased;
            () = call.key_ended() => Some(Err(ExportError::Stopped)),
            piece = receiver.recv() => piece,
        };
        Some((piece?, (receiver, call)))
    })
}
