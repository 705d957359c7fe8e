//! `POST /operator/v1/imports`: imports rows, and reports as it goes (operator API page, section 13).

use std::{pin::pin, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, header::CACHE_CONTROL},
    web::{self, Bytes},
};
use futures_util::StreamExt as _;
use profile_domain::{change::Cause, operator::Rule};
use profile_import::{RefusedRow, Report, ReportLine, RowFault, Source, reported};
use profile_usecases::{
    IMPORT,
    operator::{FieldError, Place},
};
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::json;

use super::{
    endpoint::{Answered, reads_and, with_body},
    error::{Fault, IMPORT_RUNNING, OperatorError, Problem, TOO_LARGE, UNAVAILABLE, UNSUPPORTED_MEDIA_TYPE},
    parameter::{DRY_RUN, REASON},
    query::Query,
    request::{RequestContext, ports_of},
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

pub(super) fn endpoint() -> Endpoint {
    Endpoint {
        parameters: vec![DRY_RUN, REASON],
        request: Body::Binary(&[NDJSON]),
        success: Body::Lines(SchemaGenerator::subschema_for::<Line>),
        failures: reads_and(&[&[TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, IMPORT_RUNNING]]),
        ..Endpoint::new(
            Method::POST,
            "import_records",
            &["/operator/v1/imports"],
            "Import rows, and report as it goes",
            |route| with_body(route, begin),
        )
    }
}

async fn begin(request: &HttpRequest, payload: web::Payload, state: &State) -> Answered {
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
    let running = state.imports.begin(&context.key.id).ok_or_else(OperatorError::import_running)?;
    let source = receive(payload).await?;
    let cause = Cause { door: IMPORT.to_owned(), ..context.cause(reason) };
    let request_id = cause.request_id.clone();
    let (work, lines) = reported(ports_of(state, dry_run), source, cause, running, PROGRESS);
    actix_web::rt::spawn(work);
    let lines =
        lines.map(move |line| Ok::<_, actix_web::Error>(Line::of(line, dry_run, &request_id).printed()));
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).content_type(NDJSON).streaming(lines))
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

/// A line of the report.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "ImportReportLine")]
enum Line {
    /// A row that was refused.
    Refused {
        /// The number of its line, counted from 1.
        line: u64,
        /// The kind that it names; null if unreadable.
        kind: Option<String>,
        /// The key that it names; null if unreadable.
        key: Option<String>,
        /// Everything that is wrong with it.
        errors: Vec<Fault>,
    },
    /// How far the import has come.
    Progress {
        /// How many rows were worked on.
        rows: u64,
    },
    /// How the import went; the last line.
    Ended {
        /// Rows that made or changed a record.
        imported: u64,
        /// Rows whose record was as they say.
        unchanged: u64,
        /// Rows that were refused.
        failed: u64,
        /// Whether nothing was kept.
        dry_run: bool,
    },
    /// Why the import broke off; the last line.
    Broken { problem: Problem },
}

impl Line {
    fn of(line: ReportLine, dry_run: bool, request_id: &str) -> Self {
        match line {
            ReportLine::Refused(RefusedRow { line, kind, key, faults }) => {
                let errors = faults.into_iter().map(|RowFault { pointer, rule, limit }| {
                    Fault::from(FieldError { place: Place::Pointer(pointer), rule, limit })
                });
                Self::Refused { line, kind, key, errors: errors.collect() }
            }
            ReportLine::Rows(rows) => Self::Progress { rows },
            ReportLine::Ended(Ok(Report { imported, unchanged, failed })) => {
                Self::Ended { imported, unchanged, failed, dry_run }
            }
            ReportLine::Ended(Err(error)) => {
                Self::Broken { problem: OperatorError::of_import(&error).problem(request_id.to_owned()) }
            }
        }
    }

    /// Returns the line as it is sent.
    fn printed(&self) -> Bytes {
        format!("{}\n", json!(self)).into()
    }
}
