//! `POST /operator/v1/imports`: imports rows, and reports as it goes (operator API page, section 13).

use std::{
    cell::Cell,
    collections::{HashSet, VecDeque},
    pin::pin,
    rc::Rc,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, header::CACHE_CONTROL},
    web::{self, Bytes},
};
use futures_util::{Stream, StreamExt as _, stream};
use profile_domain::{
    change::Cause,
    operator::{OperatorKeyId, Rule},
};
use profile_import::{Event, Folder, ImportError, Place, Report, RowError, Source, import};
use profile_usecases::{IMPORT, Ports, operator::FieldError};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    time::{Interval, MissedTickBehavior, interval},
};

use super::{
    error::{IMPORT_RUNNING, OperatorError, READS, TOO_LARGE, UNAVAILABLE, UNSUPPORTED_MEDIA_TYPE},
    parameter::{DRY_RUN, REASON},
    query::Query,
    request::{RequestContext, ports_of},
    response::answer,
};
use crate::{
    State,
    body_deadline::{Cut, UPLOAD, paced},
    endpoint::{Body, Endpoint},
    headers::{content_length, media_type},
};

const NDJSON: &str = "application/x-ndjson";
/// Most bytes of all rows (section 13).
const LIMIT: u64 = 1024 * 1024 * 1024;
/// How often the report says how far the import has come.
const PROGRESS: Duration = Duration::from_secs(10);
/// Lines of the report that wait for a slow reader.
const WAITING_LINES: usize = 256;

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        id: "import_records",
        method: Method::POST,
        paths: &["/operator/v1/imports"],
        summary: "Import rows, and report as it goes",
        protected: true,
        parameters: vec![DRY_RUN, REASON],
        request: Body::Binary(&[NDJSON]),
        success: Body::Lines(line_schema),
        bodiless: &[],
        failures: READS.into_iter().chain([TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, IMPORT_RUNNING]).collect(),
        handler: |route| route.to(post),
    }
}

fn line_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "description": "A refused row, how many rows were worked on, and at last how the import went.",
    })
}

/// The keys that import at the moment.
#[derive(Default)]
pub struct RunningImports(Mutex<HashSet<OperatorKeyId>>);

impl RunningImports {
    fn begin(state: &web::Data<State>, key: &OperatorKeyId) -> Option<Running> {
        let mut running = state.imports.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.insert(key.clone()).then(|| Running { state: state.clone(), key: key.clone() })
    }
}

/// An import that runs until this is dropped.
struct Running {
    state: web::Data<State>,
    key: OperatorKeyId,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.state.imports.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

async fn post(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    answer(&request, begin(&request, payload, &state)).await
}

async fn begin(
    request: &HttpRequest,
    payload: web::Payload,
    state: &web::Data<State>,
) -> Result<HttpResponse, OperatorError> {
    let context = RequestContext::begin(request, state, Some(Rule::Admin)).await?;
    if media_type(request.headers()).as_deref() != Some(NDJSON) {
        return Err(UNSUPPORTED_MEDIA_TYPE.into());
    }
    if content_length(request.headers()).is_some_and(|length| length > LIMIT) {
        return Err(TOO_LARGE.into());
    }
    let mut query = Query::read(request, &["dry_run", "reason"]);
    let (dry_run, reason) = (query.flag("dry_run"), query.required_reason());
    if request.headers().contains_key("idempotency-key") {
        query.faults.add(FieldError::header("Idempotency-Key", "unknown"));
    }
    query.check()?;
    let running = RunningImports::begin(state, &context.key.id).ok_or_else(OperatorError::import_running)?;
    let source = receive(payload).await?;
    let cause = Cause { door: IMPORT.to_owned(), ..context.cause(reason) };
    let (sender, receiver) = channel(WAITING_LINES);
    let rows = Rc::new(Cell::new(0));
    let work =
        Work { ports: ports_of(state, dry_run), source, cause, dry_run, rows: Rc::clone(&rows), sender };
    actix_web::rt::spawn(async move {
        let _running = running;
        work.run().await;
    });
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .content_type(NDJSON)
        .streaming(report(receiver, rows)))
}

/// Copies the rows to a file, as they are read several times.
async fn receive(payload: web::Payload) -> Result<Source, OperatorError> {
    let failed = |error: &(dyn std::error::Error + 'static)| OperatorError::unexpected(UNAVAILABLE, error);
    let mut arriving = Source::arriving().map_err(|error| failed(&error))?;
    let mut pieces = pin!(paced(payload, UPLOAD, LIMIT));
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|cut| match cut {
            Cut::TooLarge => OperatorError::from(TOO_LARGE),
            Cut::Slow | Cut::Broken => {
                OperatorError::because(super::error::MALFORMED, "The rows did not arrive.")
            }
        })?;
        // Pieces are small, and go to the memory of the system first.
        arriving.write(&piece).map_err(|error| failed(&error))?;
    }
    arriving.finish().map_err(|error| failed(&error))
}

/// An import on its way.
struct Work {
    ports: Ports,
    source: Source,
    cause: Cause,
    dry_run: bool,
    rows: Rc<Cell<u64>>,
    sender: Sender<Bytes>,
}

impl Work {
    async fn run(self) {
        let Self { ports, source, cause, dry_run, rows, sender } = self;
        let request_id = cause.request_id.clone();
        let lines: Rc<std::cell::RefCell<VecDeque<Bytes>>> = Rc::default();
        let tell = |event: Event| match event {
            Event::Failed(place, error) => {
                lines.borrow_mut().push_back(line(&failed_row(&source, place, &error)));
            }
            Event::Rows(worked) => rows.set(worked),
            Event::Read(_) => {}
        };
        let pause = async || {
            loop {
                let Some(next) = lines.borrow_mut().pop_front() else { return sender.is_closed() };
                if sender.send(next).await.is_err() {
                    return true;
                }
            }
        };
        let imported = Box::pin(import(&ports, &source, Folder::none(), cause, pause, tell)).await;
        let last = match imported {
            Ok(Report { imported, unchanged, failed }) => {
                json!({ "imported": imported, "unchanged": unchanged, "failed": failed, "dry_run": dry_run })
            }
            Err(ImportError::Stopped(Report { imported, unchanged, failed })) => {
                tracing::info!(imported, unchanged, failed, "an import ended because its caller hung up");
                return;
            }
            Err(error) => json!({ "problem": OperatorError::of_import(&error).problem(request_id) }),
        };
        let rest: Vec<Bytes> = lines.borrow_mut().drain(..).chain([line(&last)]).collect();
        for next in rest {
            if sender.send(next).await.is_err() {
                return;
            }
        }
    }
}

fn line(value: &Value) -> Bytes {
    format!("{value}\n").into()
}

fn failed_row(source: &Source, place: Place, error: &RowError) -> Value {
    let (kind, key) = source.name_of(place);
    let faults: Vec<Value> = error
        .faults()
        .into_iter()
        .map(|fault| {
            let pointer = if fault.field.is_empty() {
                String::new()
            } else {
                format!("/{}", fault.field.replace('.', "/"))
            };
            match fault.limit {
                Some(limit) => json!({ "pointer": pointer, "rule": fault.rule, "limit": limit }),
                None => json!({ "pointer": pointer, "rule": fault.rule }),
            }
        })
        .collect();
    json!({ "line": place.number, "kind": kind, "key": key, "errors": faults })
}

/// The lines of the report, and in between how far the import has come.
fn report(
    receiver: Receiver<Bytes>,
    rows: Rc<Cell<u64>>,
) -> impl Stream<Item = Result<Bytes, actix_web::Error>> {
    let mut ticks = interval(PROGRESS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.reset();
    stream::unfold((receiver, ticks, rows), async |(mut receiver, mut ticks, rows)| {
        let next = next_line(&mut receiver, &mut ticks, &rows).await?;
        Some((Ok(next), (receiver, ticks, rows)))
    })
}

async fn next_line(receiver: &mut Receiver<Bytes>, ticks: &mut Interval, rows: &Cell<u64>) -> Option<Bytes> {
    tokio::select! {
        biased;
        next = receiver.recv() => next,
        _ = ticks.tick() => Some(line(&json!({ "rows": rows.get() }))),
    }
}
