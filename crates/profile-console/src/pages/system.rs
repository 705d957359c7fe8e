//! `/console/system`: what runs here, what the role may do, and up to where the log is signed.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use profile_domain::operator::{Role, Rule};
use profile_ports::ConnectionStats;

use crate::{
    Console, ContractRates,
    error::PageError,
    plot::Plot,
    shell::{Shell, page},
    shown::When,
    visitor::Visitor,
};

const PATH: &str = "/console/system";

/// The last checkpoint.
struct ShownCheckpoint {
    at: When,
    count: i64,
    position: String,
    digest: String,
}

#[derive(Template)]
#[template(path = "system.html")]
struct SystemPage {
    shell: Shell,
    version: &'static str,
    store: &'static str,
    connections: ConnectionStats,
    now: When,
    role: Role,
    rules: Vec<(&'static str, bool)>,
    position: Option<String>,
    checkpoint: Option<ShownCheckpoint>,
    rates: Vec<(&'static str, Plot)>,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/system").route(web::get().to(show)));
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Result<HttpResponse, PageError> {
    let visitor = Visitor::of(&request, &console).await?;
    let (store, role) = (&console.ports.store, visitor.role());
    let checkpoint = store.last_checkpoint().await?.map(|last| ShownCheckpoint {
        at: When::new(last.checkpoint.at),
        count: last.checkpoint.count,
        position: last.checkpoint.position.to_string(),
        digest: last.checkpoint.digest.to_string(),
    });
    let shown = SystemPage {
        shell: Shell::new(&visitor, PATH),
        version: console.version,
        store: console.store,
        connections: store.connection_stats(),
        now: When::new(console.ports.clock.now()),
        role,
        rules: Rule::OF_ROLES.into_iter().map(|rule| (rule.name(), rule.allows(role))).collect(),
        position: store.closed_position().await?.map(|position| position.to_string()),
        checkpoint,
        rates: (console.rates)().into_iter().map(|rates| (rates.contract, plot_of(rates))).collect(),
    };
    Ok(page(&shown))
}

/// Returns the plot of a contract's calls, with their rates in words.
fn plot_of(ContractRates { reads, changes, .. }: ContractRates) -> Plot {
    let said = |rates: &[f64]| {
        let most = rates.iter().copied().fold(0.0, f64::max);
        format!("{:.1} a second, at most {most:.1}", rates.last().copied().unwrap_or_default())
    };
    let words = format!("Reads: {}. Changes: {}.", said(&reads), said(&changes));
    Plot::new(words, &[("reads", reads), ("changes", changes)])
}
