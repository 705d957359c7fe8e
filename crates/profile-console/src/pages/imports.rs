//! `/console/imports`: the form of an import, and the end of one that runs.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, rt::time::timeout, web};
use askama::Template;
use profile_domain::operator::Rule;
use profile_import::Report;

use crate::{
    Console,
    error::Answered,
    shell::{Shell, page},
    visitor::Visitor,
};

pub(super) const PATH: &str = "/console/imports";
/// How long a stopped import is waited for: it works on some rows at a time.
const STOP_WAIT: Duration = Duration::from_secs(10);

#[derive(Template)]
#[template(path = "imports.html")]
struct ImportsPage {
    shell: Shell,
    faults: Vec<String>,
    reason: String,
    dry_run: bool,
    done: Option<String>,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/imports").route(web::get().to(show)))
        .service(web::resource("/imports/stop").route(web::post().to(stop)));
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Admin).await?;
    Ok(imports_page(&visitor, Vec::new(), String::new(), true, None))
}

async fn stop(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::admitted(&request, &console, Rule::Admin).await?;
    let done = match console.imports.stop(&visitor.key.id) {
        None => "No import of this key runs here any more.".to_owned(),
        Some(mut stopped) => {
            let report = timeout(STOP_WAIT, stopped.wait_for(Option::is_some)).await;
            match report.map(|report| report.ok().and_then(|report| *report)) {
                Ok(Some(Report { imported, unchanged, failed })) => format!(
                    "The import is stopped: imported {imported}, unchanged {unchanged}, failed {failed}. What is imported stays."
                ),
                Ok(None) => "The import has ended by itself.".to_owned(),
                Err(_) => "The import stops behind the rows that it works on.".to_owned(),
            }
        }
    };
    Ok(imports_page(&visitor, Vec::new(), String::new(), true, Some(done)))
}

/// Returns the page, with what is wrong in a form that was sent from it.
pub(super) fn imports_page(
    visitor: &Visitor,
    faults: Vec<String>,
    reason: String,
    dry_run: bool,
    done: Option<String>,
) -> HttpResponse {
    page(&ImportsPage { shell: Shell::new(visitor, PATH), faults, reason, dry_run, done })
}
