//! `profile serve`: from settings to a running server, and down again.

use std::{
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use profile_http::{Bound, Documents, Limits, Listen, RateLimit, ServerHandle, State, TrustedProxies};
use profile_ports::{Chain, Database};
use profile_usecases::{
    Collected, Core, collect_media,
    sweep::{Swept, sweep},
};
use secrecy::ExposeSecret as _;
use serde_json::json;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
    time::{sleep, timeout},
};

use crate::{
    connections, demo, issuers,
    keys::{Adopt, Need, OwnKeys, Registration},
    logging,
    settings::{Settings, Switch},
    wiring::{
        Opened, account_tokens, cause, client_settings, client_tokens, core, open_database, tenant_tokens,
        users_tokens,
    },
};

/// Upper bounds of the buckets of the request duration, in seconds.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
/// How often what nobody uses is removed.
const SWEEP: Duration = Duration::from_mins(1);
/// How often media are compared with records.
const COLLECT: Duration = Duration::from_hours(6);
/// How often the metrics forget what they have summed up.
const UPKEEP: Duration = Duration::from_secs(5);
/// How long a server that stops waits for who uses its database.
const RELEASED: Duration = Duration::from_secs(5);

pub(crate) async fn serve(settings: Settings, with_demo: bool, adopt: Adopt) -> anyhow::Result<ExitCode> {
    let _log = logging::start(&settings)?;
    tracing::info!(settings = ?settings, version = env!("CARGO_PKG_VERSION"), "starting");
    if settings.clock.is_some() {
        tracing::warn!("the clock stands still: PROFILE_CLOCK is for tests only");
    }
    if settings.public_url.is_none() && settings.bind.ip().is_unspecified() {
        tracing::warn!(
            "PROFILE_PUBLIC_URL is not set: addresses in answers begin with http://{}, which clients cannot open",
            settings.bind
        );
    }
    if with_demo {
        demo::check(&settings)?;
    }
    let limits = connections::limits(&settings)?;
    issuers::warn_of_missing_limits(&settings);
    // From now on SIGHUP does not end the process.
    let hangup = signal(SignalKind::hangup())?;
    let Opened { store, database, register } = open_database(&settings)?;
    prepare(&settings, &*database).await?;
    let keys = Arc::new(OwnKeys::open(&settings, &*store, register, Need::All, adopt).await?);
    let core = core(&settings, store, &keys)?;
    let registration = Registration::begin(Arc::clone(&keys), Arc::clone(&core.clock), &*core.ids).await?;
    let tokens = account_tokens(&settings, &keys)?;
    if with_demo {
        demo::load(&core).await.context("cannot load the demo data")?;
    }
    let metrics = install_metrics()?;
    // Listened to before the address is announced: whoever sees it may already want us to stop.
    let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let tokens = Arc::new(tokens);
    let users = Arc::new(users_tokens(&settings, &keys)?);
    let public_url = settings.public_url.clone().unwrap_or_else(|| format!("http://{}", settings.bind));
    let clients = Arc::new(client_tokens(&settings, &keys)?);
    let members = Arc::new(tenant_tokens(&settings, &keys)?);
    let client = client_settings(&settings, &core, Arc::clone(&clients) as _);
    let outside: Vec<_> =
        [tokens.issuer(), users.issuer(), clients.issuer(), members.issuer()].into_iter().flatten().collect();
    issuers::keep_fresh(&outside);
    remove_leftovers(&settings, &core).await;
    let collecting = tokio::spawn(collect_often(core.clone()));
    let (stop_sweeping, stopped) = oneshot::channel();
    let sweeping = tokio::spawn(sweep_often(core.clone(), stopped));
    let (stop_following, following_stopped) = oneshot::channel();
    let following = tokio::spawn(registration.keep(following_stopped));
    if with_demo {
        let until = core.clock.now() + demo::LIFETIME;
        keys.note_users_token(until.timestamp()).await?;
    }
    let state = Arc::new(State {
        core,
        account: Arc::clone(&tokens) as _,
        users: Arc::clone(&users) as _,
        client,
        tenant: Arc::clone(&members) as _,
        token_keys: outside.iter().map(|issuer| Arc::clone(issuer) as _).collect(),
        jwks: jwks(&keys),
        trusted_proxies: TrustedProxies::new(settings.trusted_proxies.clone()),
        stopping: AtomicBool::new(false),
        rate_limit: RateLimit::new(settings.rate_limit == Switch::On),
        documents: Documents::new(&public_url),
        public_url,
        metrics: Box::new(move || {
            count_lost_lines();
            metrics.render()
        }),
    });
    let Bound { server, address, metrics } = listen(Arc::clone(&state), &settings, limits)?;
    if let Some(address) = metrics {
        tracing::info!(%address, "listening for metrics");
    }
    tracing::info!(%address, "listening");
    if with_demo {
        let url = settings.public_url.unwrap_or_else(|| format!("http://{address}"));
        demo::print(&demo::requests(&url, &tokens, &users, &clients, &members)?)?;
    }
    tokio::spawn(issuers::read_again_at_hangup(hangup, outside, Arc::downgrade(&keys)));
    let stop = Stop { server: server.handle(), state, delay: settings.shutdown_delay };
    tokio::spawn(stop.when_told(terminate, interrupt));
    server.await.context("the server failed")?;
    collecting.abort();
    collecting.await.ok();
    drop(stop_sweeping);
    sweeping.await.context("the sweep failed")?;
    drop((stop_following, keys));
    following.await.context("following the keys failed")?;
    close(database).await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// The public keys with which others verify users tokens of our own, as they are when somebody asks.
fn jwks(keys: &OwnKeys) -> Box<dyn Fn() -> serde_json::Value + Send + Sync> {
    let users = keys.users.clone();
    Box::new(move || users.as_ref().map_or_else(|| json!({ "keys": [] }), |users| users.jwks()))
}

fn listen(state: Arc<State>, settings: &Settings, limits: Limits) -> anyhow::Result<Bound> {
    let cors_origins = settings.cors_origins.clone();
    let listen = Listen { address: settings.bind, metrics: settings.metrics_bind, cors_origins, limits };
    let places = || match listen.metrics {
        Some(metrics) => format!("cannot listen on {} and, for metrics, {metrics}", listen.address),
        None => format!("cannot listen on {}", listen.address),
    };
    profile_http::bind(state, &listen).with_context(places)
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

/// Tidies up behind the callers until it is told to stop; a sweep that has begun is ended.
async fn sweep_often(core: Core, mut stopped: oneshot::Receiver<()>) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = &mut stopped => return,
        }
        match sweep(&core).await {
            Ok(swept) if swept == Swept::default() => {}
            Ok(Swept { removed, processed, failed, forgotten, leftovers }) => {
                tracing::info!(removed, processed, failed, forgotten, leftovers, "swept");
            }
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "the sweep goes on next time");
            }
        }
    }
}

/// Removes what an earlier server was about to write when it ended. The embedded store belongs to one server, and its media do,
/// too; elsewhere others may be writing.
async fn remove_leftovers(settings: &Settings, core: &Core) {
    let alone = settings.database_url.expose_secret().starts_with("sqlite://");
    match core.media.remove_leftovers(alone).await {
        Ok(0) => {}
        Ok(leftovers) => tracing::info!(leftovers, "unfinished files were removed"),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "unfinished files were not removed");
        }
    }
}

/// Compares media with records, now and then. May be ended at any moment.
async fn collect_often(core: Core) {
    let mut ticks = tokio::time::interval(COLLECT);
    loop {
        ticks.tick().await;
        match collect_media(&core).await {
            Ok(collected) if collected == Collected::default() => {}
            Ok(Collected { orphans, avatars }) => tracing::info!(orphans, avatars, "collected"),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "unused media are collected next time");
            }
        }
    }
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
    async fn when_told(self, mut terminate: Signal, mut interrupt: Signal) {
        let Self { server, state, delay } = self;
        let mut told = async || {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        };
        told().await;
        state.stopping.store(true, Ordering::Relaxed);
        drop(state);
        if !delay.is_zero() {
            tracing::info!(?delay, "stopping: not ready any more, served until the delay is over");
        }
        let drain = async {
            sleep(delay).await;
            tracing::info!("stopping: open requests are drained");
            server.stop(true).await;
        };
        tokio::select! {
            () = drain => {}
            () = told() => server.stop(false).await,
        }
    }
}
