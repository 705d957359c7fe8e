//! `profile serve`: from settings to a running server, and down again.

use std::{
    mem::take,
    process::ExitCode,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use anyhow::{Context as _, bail};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use profile_http::{Bound, Limits, ServerHandle, State};
use profile_ports::{Database, ReadOnly, WebhookSender};
use profile_usecases::{Ports, delivery::deliver};
use tokio::{
    signal::unix::{SignalKind, signal},
    time::{sleep, timeout},
};

use crate::{
    background::Background,
    checkpoints::make_checkpoints,
    connections, demo, issuers,
    keys::{Adopt, Need, OwnKeys, Registration},
    logging,
    problems::Problems,
    retention::expire_often,
    search::follow_search,
    settings::Settings,
    tidying::{collect_often, remove_leftovers, sweep_often, take_over_often},
    waiting::{StopSignals, Waiting},
    wiring::{
        Opened, Service, balances, cause, clock, listen, open_keys, open_media, open_served, ports, service,
        sockets, webhook_sender,
    },
};

/// Upper bounds of the buckets of the request duration, in seconds.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
/// How often the metrics forget what they have summed up.
const UPKEEP: Duration = Duration::from_secs(5);
/// How long a server that stops waits for who uses its database.
const RELEASED: Duration = Duration::from_secs(5);

/// How often a server does what need not be done at once.
pub(crate) struct Intervals {
    /// Checkpoints of the log.
    pub(crate) checkpoints: Duration,
    /// Removing values that are too old.
    pub(crate) retention: Duration,
}

pub(crate) async fn serve(
    settings: Settings,
    with_demo: bool,
    adopt: Adopt,
    intervals: Intervals,
) -> anyhow::Result<ExitCode> {
    let _log = logging::start(&settings)?;
    tracing::info!(settings = ?settings, version = env!("CARGO_PKG_VERSION"), "starting");
    warn(&settings);
    if with_demo {
        demo::check(&settings)?;
    }
    // From now on SIGHUP does not end the process.
    let hangup = signal(SignalKind::hangup())?;
    // In one pattern: what it leaves out of the database must not be held until the end.
    let Some(Checked { limits, opened: Opened { store, database, counts, .. }, keys, webhooks, waiting }) =
        check(&settings, adopt).await?
    else {
        tracing::info!("stopped");
        return Ok(ExitCode::SUCCESS);
    };
    let keys = Arc::new(keys);
    let ports = ports(&settings, store, &keys)?;
    let is_shared = counts.is_some();
    let registering =
        Registration::begin(Arc::clone(&keys), Arc::clone(&ports.clock), &ports.peers, is_shared);
    let registration = registering.await?;
    if with_demo {
        demo::load(&ports).await.context("cannot load the demo data")?;
    }
    let metrics = install_metrics()?;
    let Service { state, issuers } = service(&settings, ports.clone(), &keys, webhooks, counts, move || {
        count_lost_lines();
        metrics.render()
    })?;
    issuers::keep_fresh(&issuers);
    remove_leftovers(&ports, is_shared).await;
    if state.delivery.is_on {
        let begun = state.delivery.begin_stream().await.map_err(cause);
        begun.context("cannot note where the stream of NATS begins")?;
    }
    let retention = expire_often(ports.clone(), settings.general.retention.clone(), intervals.retention);
    let background = begin(&ports, &state, registration, is_shared, intervals.checkpoints, retention);
    if with_demo {
        let until = clock(&settings).now() + demo::LIFETIME;
        keys.note_users_token(until.timestamp()).await?;
    }
    // Listened to before the address is announced: whoever sees it may already want us to stop.
    let (sockets, signals) = match waiting {
        Some(waiting) => waiting.end(),
        None => (sockets(&settings)?, StopSignals::listen()?),
    };
    let bound = listen(sockets, Arc::clone(&state), &settings, limits)?;
    announce(&bound);
    if with_demo {
        print_demo(&settings, &ports, &keys, &bound).await?;
    }
    tokio::spawn(issuers::read_again_at_hangup(hangup, issuers, Arc::downgrade(&keys)));
    let Bound { server, .. } = bound;
    let stop = Stop { server: server.handle(), state, delay: settings.general.shutdown_delay };
    tokio::spawn(stop.when_told(signals));
    server.await.context("the server failed")?;
    drop((ports, keys));
    background.stop().await?;
    close(database).await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// Begins what goes on until the server stops.
fn begin(
    ports: &Ports,
    state: &Arc<State>,
    registration: Registration,
    is_shared: bool,
    checkpoint_interval: Duration,
    retention: impl Future<Output = ()> + Send + 'static,
) -> Background {
    let mut background = Background::default();
    background.start_endless("comparing media with records failed", collect_often(ports.clone()));
    background.start_endless("the retention failed", retention);
    background.start("the sweep failed", |stopped| sweep_often(ports.clone(), stopped));
    background
        .start("taking over uploads failed", |stopped| take_over_often(ports.clone(), is_shared, stopped));
    let counting = Arc::clone(state);
    background.start("counting calls failed", |stopped| async move {
        counting.rate_limit.share(stopped).await;
    });
    background.start("the search failed", |stopped| follow_search(ports.clone(), stopped));
    background.start("the checkpoints failed", |stopped| {
        make_checkpoints(ports.clone(), checkpoint_interval, stopped)
    });
    if state.delivery.is_on {
        background.start("the deliveries failed", |stopped| deliver(state.delivery.clone(), stopped));
    }
    background.start("following the keys failed", |stopped| registration.keep(stopped));
    background
}

/// Warns of settings that a server in use should not have.
fn warn(settings: &Settings) {
    if settings.general.clock.is_some() {
        tracing::warn!("the clock stands still: PROFILE_CLOCK is for tests only");
    }
    if settings.general.public_url.is_none() && settings.general.bind.ip().is_unspecified() {
        tracing::warn!(
            "PROFILE_PUBLIC_URL is not set: addresses in answers begin with http://{}, which clients cannot open",
            settings.general.bind
        );
    }
    issuers::warn_of_missing_limits(settings);
}

fn announce(Bound { address, metrics, operator, .. }: &Bound) {
    if let Some(address) = metrics {
        tracing::info!(%address, "listening for metrics");
    }
    if let Some(address) = operator {
        tracing::info!(%address, "listening for operators");
    }
    tracing::info!(%address, "listening");
}

/// Prints requests to paste, with tokens and a key that are valid.
async fn print_demo(settings: &Settings, ports: &Ports, keys: &OwnKeys, bound: &Bound) -> anyhow::Result<()> {
    let Bound { address, operator, .. } = bound;
    let url = settings.general.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let operator_url = settings.general.operator_url.clone();
    let operator_url = operator_url
        .unwrap_or_else(|| operator.map_or_else(|| url.clone(), |address| format!("http://{address}")));
    let operator_key = demo::operator_key(ports).await?;
    demo::print(&demo::requests(&url, settings, keys)?)?;
    demo::print(&demo::operator_requests(&operator_url, &operator_key))?;
    Ok(demo::print(&demo::console_link(ports, &operator_url).await?)?)
}

/// What a server needs, checked.
struct Checked {
    limits: Limits,
    opened: Opened,
    keys: OwnKeys,
    webhooks: Arc<dyn WebhookSender>,
    /// Answers until the server does, where the database was read-only.
    waiting: Option<Waiting>,
}

/// Checks all that a server needs before it uses any of it, so that everything which is wrong is reported at once. Returns
/// nothing if it was told to stop while the database was read-only.
async fn check(settings: &Settings, adopt: Adopt) -> anyhow::Result<Option<Checked>> {
    let mut problems = Problems::default();
    let limits = problems.note(connections::limits(settings));
    problems.note(open_media(settings));
    problems.note(balances(settings));
    let webhooks = problems.note(webhook_sender(settings));
    for tokens in issuers::with_issuer(settings) {
        problems.note(tokens.outside_keys());
    }
    let mut waiting = None;
    let opened = match problems.note(open_served(settings)) {
        Some(opened) => {
            let mut prepared = prepare(settings, &*opened.database).await;
            while let (Err(error), Some(limits)) = (&prepared, limits)
                && ReadOnly::causes(error.as_ref())
            {
                // All else that is wrong need not wait for the database.
                take(&mut problems).finish()?;
                let waiting = match &mut waiting {
                    Some(waiting) => waiting,
                    none => none.insert(Waiting::begin(settings, limits)?),
                };
                if !waiting.until_writable(&*opened.database).await {
                    return Ok(None);
                }
                prepared = prepare(settings, &*opened.database).await;
            }
            problems.note(prepared).map(|()| opened)
        }
        None => None,
    };
    let keys = match &opened {
        Some(opened) => problems.note(open_keys(settings, opened, Need::All, adopt).await),
        None => None,
    };
    problems.finish()?;
    match (limits, opened, keys, webhooks) {
        (Some(limits), Some(opened), Some(keys), Some(webhooks)) => {
            Ok(Some(Checked { limits, opened, keys, webhooks, waiting }))
        }
        _ => bail!("the start failed"),
    }
}

fn count_lost_lines() {
    metrics::counter!("profile_log_lines_lost_total").absolute(logging::lost());
}

/// Claims the database, brings its schema up to date, and refuses one that could forget.
async fn prepare(settings: &Settings, database: &dyn Database) -> anyhow::Result<()> {
    let shown = settings.shown_database_url();
    database.claim().await.map_err(cause).with_context(|| format!("cannot serve database {shown}"))?;
    let applied =
        database.migrate().await.map_err(cause).with_context(|| format!("cannot open database {shown}"))?;
    for migration in applied {
        tracing::info!(migration, "applied");
    }
    database.check_durability().await.with_context(|| format!("refusing to serve database {shown}"))
}

fn install_metrics() -> anyhow::Result<PrometheusHandle> {
    let durations = Matcher::Full("profile_http_request_duration_seconds".to_owned());
    let handle = PrometheusBuilder::new().set_buckets_for_metric(durations, &BUCKETS)?.install_recorder()?;
    metrics::gauge!("profile_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1);
    let upkeep = handle.clone();
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(UPKEEP);
        loop {
            ticks.tick().await;
            count_lost_lines();
            upkeep.run_upkeep();
        }
    });
    Ok(handle)
}

/// Waits until all who used the database have let go of it, the threads that answered among them, so that it is this thread
/// that closes it: the process does not end meanwhile, and one tidy file stays.
async fn close(database: Arc<dyn Database>) {
    let released = async {
        while Arc::strong_count(&database) > 1 {
            sleep(Duration::from_millis(1)).await;
        }
    };
    if timeout(RELEASED, released).await.is_err() {
        tracing::warn!("the database is still in use");
    }
}

/// How a server that runs is stopped.
struct Stop {
    server: ServerHandle,
    state: Arc<State>,
    delay: Duration,
}

impl Stop {
    /// The first signal takes the server out of service, and after the delay it drains open requests; a second signal waits
    /// for nothing.
    async fn when_told(self, mut signals: StopSignals) {
        let Self { server, state, delay } = self;
        signals.next().await;
        state.stopping.store(true, Ordering::Relaxed);
        let feed = Arc::clone(&state.feed);
        drop(state);
        if !delay.is_zero() {
            tracing::info!(?delay, "stopping: not ready any more, served until the delay is over");
        }
        let drain = async {
            sleep(delay).await;
            tracing::info!("stopping: open requests are drained");
            feed.close();
            server.stop(true).await;
        };
        tokio::select! {
            () = drain => {}
            () = signals.next() => {
                feed.close();
                server.stop(false).await;
            }
        }
    }
}
