//! `/console/system`: what runs here and how much room it takes, what the role may do, what waits to be delivered, up to where
//! the log is signed, and when it was verified.

use actix_web::{HttpRequest, web};
use askama::Template;
use chrono::{DateTime, Utc};
use profile_domain::{
    operator::{Role, Rule},
    position::time_of,
};
use profile_ports::{ConnectionStats, StorageSize, Store, Unavailable, Verification};

use crate::{
    Console, ContractRates,
    bytes::Bytes,
    error::Answered,
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

/// How much room the database takes.
struct ShownSize {
    database: Bytes,
    free: Option<Bytes>,
    log: Option<Bytes>,
    is_partial: bool,
}

impl From<StorageSize> for ShownSize {
    fn from(StorageSize { database, free, log, is_partial }: StorageSize) -> Self {
        let (free, log) = (free.map(Bytes::new), log.map(Bytes::new));
        Self { database: Bytes::new(database), free, log, is_partial }
    }
}

/// How the last `profile verify` ended.
struct ShownVerification {
    at: When,
    records: i64,
    files: i64,
    changes: i64,
    findings: i64,
    position: Option<String>,
}

impl From<Verification> for ShownVerification {
    fn from(last: Verification) -> Self {
        let Verification { at, position, records, files, changes, findings } = last;
        let position = position.map(|position| position.to_string());
        Self { at: When::new(at), records, files, changes, findings, position }
    }
}

/// What waits to be delivered, to all subscriptions and other sinks together.
struct Queue {
    waiting: usize,
    /// When the oldest change that waits was made, and how many seconds ago that is.
    oldest: Option<(When, i64)>,
}

#[derive(Template)]
#[template(path = "system.html")]
struct SystemPage {
    shell: Shell,
    version: &'static str,
    store: &'static str,
    size: Option<ShownSize>,
    connections: ConnectionStats,
    now: When,
    role: Role,
    rules: Vec<(&'static str, bool)>,
    queue: Queue,
    position: Option<String>,
    checkpoint: Option<ShownCheckpoint>,
    verification: Option<ShownVerification>,
    rates: Vec<(&'static str, Plot)>,
}

pub(super) fn routes(app: &mut web::ServiceConfig) {
    app.service(web::resource("/system").route(web::get().to(show)));
}

async fn show(request: HttpRequest, console: web::Data<Console>) -> Answered {
    let visitor = Visitor::of(&request, &console).await?;
    let (store, role) = (&console.ports.store, visitor.role());
    let checkpoint = store.last_checkpoint().await?.map(|last| ShownCheckpoint {
        at: When::new(last.checkpoint.at),
        count: last.checkpoint.count,
        position: last.checkpoint.position.to_string(),
        digest: last.checkpoint.digest.to_string(),
    });
    let now = console.ports.clock.now();
    let shown = SystemPage {
        shell: Shell::new(&visitor, PATH),
        version: console.version,
        store: console.store,
        size: store.storage_size().await?.map(ShownSize::from),
        connections: store.connection_stats(),
        now: When::new(now),
        role,
        rules: Rule::OF_ROLES.into_iter().map(|rule| (rule.name(), rule.allows(role))).collect(),
        queue: queue(&**store, now).await?,
        position: store.closed_position().await?.map(|position| position.to_string()),
        checkpoint,
        verification: store.last_verification().await?.map(ShownVerification::from),
        rates: (console.rates)().into_iter().map(|rates| (rates.contract, plot_of(rates))).collect(),
    };
    Ok(page(&shown))
}

/// Returns what waits, as the metrics `profile_subscription_waiting` and `profile_subscription_lag_seconds` tell it of each
/// follower.
async fn queue(store: &dyn Store, now: DateTime<Utc>) -> Result<Queue, Unavailable> {
    let (mut waiting, mut oldest) = (0, None);
    for follower in store.list_followers().await? {
        let deliveries = store.waiting_deliveries(&follower.id).await?;
        waiting += deliveries.len();
        let first = deliveries.first().and_then(|first| time_of(first.change));
        oldest = oldest.into_iter().chain(first).min();
    }
    let oldest = oldest.map(|at| (When::new(at), (now - at).num_seconds().max(0)));
    Ok(Queue { waiting, oldest })
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
