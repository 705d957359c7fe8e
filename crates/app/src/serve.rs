//! `profile serve`: from settings to a running server, and down again.

use std::{process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use profile_http::{Documents, Limits, RateLimit, ServerHandle, State};
use profile_ports::Database;
use profile_usecases::{
    Collected, Core, collect_media,
    sweep::{Swept, sweep},
};
use secrecy::ExposeSecret as _;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
    time::{sleep, timeout},
};

use crate::{
    demo, logging,
    settings::{Settings, Switch},
    wiring::{
        account_tokens, cause, client_settings, client_tokens, core, open_database, tenant_tokens,
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

pub(crate) async fn serve(settings: Settings, with_demo: bool) -> anyhow::Result<ExitCode> {
    logging::start(&settings)?;
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
    let opened = open_database(&settings)?;
    prepare(&settings, &*opened.database).await?;
    let core = core(&settings, opened.store)?;
    let tokens = account_tokens(&settings)?;
    if with_demo {
        demo::load(&core).await.context("cannot load the demo data")?;
    }
    let metrics = install_metrics()?;
    // Listened to before the address is announced: whoever sees it may already want us to stop.
    let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let tokens = Arc::new(tokens);
    let (users, jwks) = users_tokens(&settings)?;
    let users = Arc::new(users);
    let public_url = settings.public_url.clone().unwrap_or_else(|| format!("http://{}", settings.bind));
    let client = client_settings(&settings, &core)?;
    let clients = client_tokens(&settings)?;
    let members = tenant_tokens(&settings)?;
    remove_leftovers(&settings, &core).await;
    let collecting = tokio::spawn(collect_often(core.clone()));
    let (stop_sweeping, stopped) = oneshot::channel();
    let sweeping = tokio::spawn(sweep_often(core.clone(), stopped));
    let state = Arc::new(State {
        core,
        account: Arc::clone(&tokens) as _,
        users: Arc::clone(&users) as _,
        client,
        tenant: Arc::new(tenant_tokens(&settings)?),
        jwks,
        rate_limit: RateLimit::new(settings.rate_limit == Switch::On),
        documents: Documents::new(&public_url),
        public_url,
        metrics: Box::new(move || metrics.render()),
    });
    let (server, addresses) = profile_http::bind(state, settings.bind, Limits::default())
        .with_context(|| format!("cannot listen on {}", settings.bind))?;
    for address in &addresses {
        tracing::info!(%address, "listening");
    }
    if let (true, Some(address)) = (with_demo, addresses.first()) {
        let url = settings.public_url.unwrap_or_else(|| format!("http://{address}"));
        demo::print(&demo::requests(&url, &tokens, &users, &clients, &members)?)?;
    }
    tokio::spawn(stop_when_told(server.handle(), terminate, interrupt));
    server.await.context("the server failed")?;
    collecting.abort();
    collecting.await.ok();
    drop(stop_sweeping);
    sweeping.await.context("the sweep failed")?;
    close(opened.database).await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
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
                tracing::warn!(error = &error as &dyn std::error::Error, "the sweep goes on next time");
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

/// The first signal drains open requests, a second one does not wait for them.
async fn stop_when_told(server: ServerHandle, mut terminate: Signal, mut interrupt: Signal) {
    let mut told = async || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    told().await;
    tracing::info!("stopping: open requests are drained");
    tokio::select! {
        () = server.stop(true) => {}
        () = told() => server.stop(false).await,
    }
}
