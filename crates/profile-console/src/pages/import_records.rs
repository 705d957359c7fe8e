//! `/console/imports/run`: imports the rows of a file, or tries them; the page goes on as the import does.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use futures_util::{StreamExt as _, stream};
use profile_domain::{
    change::{Cause, RecordKind},
    operator::Rule,
};
use profile_import::{ImportError, RefusedRow, Report, ReportLine, reported, without_effect};
use profile_ports::Chain;
use profile_usecases::{IMPORT, operator::FieldError};

use crate::{
    Console,
    error::{Answered, PageError},
    faults::remedy,
    shell::{HTML, Shell},
    shown::visible,
    upload::UploadedRows,
    visitor::Visitor,
};

use super::imports::{PATH, imports_page};

/// How often the page says how far the import has come.
const PROGRESS: Duration = Duration::from_secs(1);
/// Refused rows that are listed; behind them they are counted.
const MAX_LISTED: u64 = 1_000;
/// Where the lines go in the page.
const LINES: &str = "<!--lines-->";

/// The page around the lines.
#[derive(Template)]
#[template(path = "import_report.html")]
struct ReportPage {
    shell: Shell,
    dry_run: bool,
    lines: &'static str,
}

/// A line of the page.
#[derive(Template)]
#[template(path = "import_line.html")]
enum PageLine {
    Refused { line: u64, name: String, faults: Vec<String> },
    NotListed,
    Rows(u64),
    Done { report: Report, dry_run: bool },
    Stopped(Report),
    Broken(String),
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/imports/run").route(web::post().to(run)));
}

async fn run(request: HttpRequest, payload: web::Payload, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Admin).await?;
    let running = console.imports.begin(&visitor.key.id).ok_or(PageError::ImportRunning)?;
    let UploadedRows { form, source } = UploadedRows::receive(&request, payload, &console).await?;
    let dry_run = form.get("dry_run").is_some();
    let (reason, source) = match (form.reason(), source) {
        (Ok(reason), Some(source)) => (reason, source),
        (reason, source) => {
            let missing = source.is_none().then(|| "File: choose one with rows in it.".to_owned());
            let faults = missing.into_iter().chain(reason.err()).collect();
            return Ok(imports_page(&visitor, faults, form.get("reason").unwrap_or_default(), dry_run, None));
        }
    };
    let cause = Cause { door: IMPORT.to_owned(), ..visitor.cause(Some(reason)) };
    let ports = console.ports.clone();
    let ports = if dry_run { without_effect(ports) } else { ports };
    let around = ReportPage { shell: Shell::new(&visitor, PATH), dry_run, lines: LINES };
    let around = around.render().map_err(|_| PageError::Broken)?;
    let (head, foot) = around.split_once(LINES).ok_or(PageError::Broken)?;
    let (head, foot) = (head.to_owned(), foot.to_owned());
    let (work, lines) = reported(ports, source, cause, running, PROGRESS);
    actix_web::rt::spawn(work);
    let mut refused = 0;
    let lines = lines.filter_map(move |line| {
        let shown = page_line(line, &mut refused, dry_run);
        std::future::ready(shown.and_then(|line| line.render().ok()))
    });
    let whole = stream::iter([head]).chain(lines).chain(stream::iter([foot]));
    let whole = whole.map(|part| Ok::<_, actix_web::Error>(web::Bytes::from(part)));
    Ok(HttpResponse::Ok().content_type(HTML).streaming(Box::pin(whole)))
}

/// Returns a line of the report as the page shows it, if it shows it; `refused` counts.
fn page_line(line: ReportLine, refused: &mut u64, dry_run: bool) -> Option<PageLine> {
    Some(match line {
        ReportLine::Refused(row) => {
            *refused += 1;
            match *refused {
                count if count <= MAX_LISTED => refused_row(row),
                count if count == MAX_LISTED + 1 => PageLine::NotListed,
                _ => return None,
            }
        }
        ReportLine::Rows(rows) => PageLine::Rows(rows),
        ReportLine::Ended(Ok(report)) => PageLine::Done { report, dry_run },
        ReportLine::Ended(Err(ImportError::Stopped(report))) => PageLine::Stopped(report),
        ReportLine::Ended(Err(error @ ImportError::Encoding)) => PageLine::Broken(format!("{error}.")),
        ReportLine::Ended(Err(error)) => {
            tracing::error!(error = %Chain(&error), "unexpected failure");
            PageLine::Broken(
                "A part of the service does not answer. The rows before are imported.".to_owned(),
            )
        }
    })
}

fn refused_row(RefusedRow { line, kind, key, faults }: RefusedRow) -> PageLine {
    let of = kind.as_deref().and_then(RecordKind::from_name);
    let name: Vec<String> = [kind, key].into_iter().flatten().map(|part| visible(&part)).collect();
    let faults = faults.into_iter().map(|fault| {
        // A member of a row is called as the field of the record, where it is one.
        let at = FieldError::at(format!("/fields{}", fault.pointer), fault.rule);
        let said = remedy(of, &FieldError { limit: fault.limit, ..at });
        let member = fault.pointer.trim_start_matches('/');
        if member.is_empty() { said } else { format!("{}: {said}", visible(member)) }
    });
    PageLine::Refused { line, name: name.join(" "), faults: faults.collect() }
}

#[cfg(test)]
mod tests {
    use profile_import::RowFault;

    use super::*;

    fn refused(line: u64) -> ReportLine {
        let faults = vec![RowFault { pointer: "/city".to_owned(), rule: "max_chars", limit: Some(128) }];
        ReportLine::Refused(RefusedRow {
            line,
            kind: Some("account".to_owned()),
            key: Some("<7>".to_owned()),
            faults,
        })
    }

    #[test]
    fn a_refused_row_is_named_with_its_faults_and_is_no_markup() {
        let line = page_line(refused(3), &mut 0, true).unwrap().render().unwrap();
        for part in ["Line 3", "account &#60;7&#62;", "city: At most 128 characters."] {
            assert!(line.contains(part), "{line}");
        }
    }

    #[test]
    fn refused_rows_behind_the_thousandth_are_counted_alone() {
        let mut count = 0;
        let lines: Vec<_> =
            (1..=1_010).filter_map(|line| page_line(refused(line), &mut count, true)).collect();
        assert_eq!(lines.len(), 1_001);
        assert!(matches!(lines.last(), Some(PageLine::NotListed)));
    }
}
