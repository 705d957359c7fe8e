//! Which adapter stands behind which port; the only place that names them.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use anyhow::{Context as _, bail};
use profile_balances::{ImportedBalances, RemoteBalances};
use profile_console::{Console, ContractRates, RequestFacts};
use profile_delivery::{ClientOptions, HttpSender, NatsStream, SystemLookup};
use profile_http::{
    ArchivePlace, Bound, CloudEvents, Documents, Limits, Listen, OperatorSettings, RateLimit, SharedCounts,
    Sockets, State, TrustedProxies, Webhooks,
};
use profile_identity::{ArgonPasswords, Issuer};
use profile_media::{ImageRenderer, Location, ObjectMedia};
use profile_ports::{
    Balances, CallCounts, Clock, Copying, Database, EventStream, Ids as _, KeyRegister, Media, ReadOnly,
    Store, WebhookSender,
};
use profile_postgres::{Options, PostgresStore};
use profile_rows::{Engine, SqlStore};
use profile_sqlite::SqliteStore;
use profile_usecases::{Peers, Ports, UploadLimits, delivery::Delivery};
use secrecy::ExposeSecret as _;
use serde_json::json;
use tempfile::TempDir;

use crate::{
    contracts::StateParts,
    keys::{Adopt, Need, OwnKeys},
    settings::{General, Precondition, Settings, Switch, shown_database},
    system::{RandomIds, SystemClock},
};

/// One database in its roles.
pub(crate) struct Opened {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) database: Arc<dyn Database>,
    pub(crate) register: Arc<dyn KeyRegister>,
    pub(crate) copying: Arc<dyn Copying>,
    /// What the servers that share the database tell each other; absent where there can only be one.
    pub(crate) counts: Option<Arc<dyn CallCounts>>,
}

/// Opens the database that the settings name.
pub(crate) fn open_database(settings: &Settings) -> anyhow::Result<Opened> {
    let url = settings.general.database_url.expose_secret();
    open_at(settings, url, Options::default().statement_limit, None)
}

/// Opens the database that the settings name without making its file; one that is not there yet is as empty as one in a
/// temporary folder, which goes with the second value.
pub(crate) fn open_as_it_is(settings: &Settings) -> anyhow::Result<(Opened, Option<TempDir>)> {
    if settings.embedded_path().is_none_or(|path| path.exists()) {
        return Ok((open_database(settings)?, None));
    }
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let url = format!("sqlite://{}", folder.path().join("profile.db").display());
    Ok((open_at(settings, &url, Options::default().statement_limit, None)?, Some(folder)))
}

/// Opens the database that the settings name, and the replica beside it, if they name one.
pub(crate) fn open_served(settings: &Settings) -> anyhow::Result<Opened> {
    let General { database_url, database_replica_url: replica, .. } = &settings.general;
    let replica = replica.as_ref().map(secrecy::ExposeSecret::expose_secret);
    open_at(settings, database_url.expose_secret(), Options::default().statement_limit, replica)
}

/// Opens the database at `url`, with a limit of time for statements where it has one; some reads may go to `replica`.
pub(crate) fn open_at(
    settings: &Settings,
    url: &str,
    statement_limit: Duration,
    replica: Option<&str>,
) -> anyhow::Result<Opened> {
    let shown = shown_database(url);
    let context = || format!("cannot open database {shown}");
    let connections = settings.general.database_max_connections;
    if let Some(path) = url.strip_prefix("sqlite://").filter(|path| !path.is_empty()) {
        if replica.is_some() {
            bail!("database_replica_url names a standby of PostgreSQL, but the database is {shown}");
        }
        let sqlite = SqliteStore::open(Path::new(path), connections, clock(settings), Arc::new(RandomIds))
            .map_err(cause)
            .with_context(context)?;
        return Ok(roles(Arc::new(sqlite), None));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let options = Options {
            max_connections: connections as usize,
            prepared: settings.general.database_prepared == Switch::On,
            statement_limit,
        };
        let postgres = PostgresStore::with(url, options, clock(settings), Arc::new(RandomIds))
            .map_err(cause)
            .with_context(context)?;
        let postgres = match replica {
            Some(replica) => {
                let unusable = || format!("database_replica_url: cannot use {}", shown_database(replica));
                postgres.reading_from(replica).map_err(cause).with_context(unusable)?
            }
            None => postgres,
        };
        let postgres = Arc::new(postgres);
        return Ok(roles(Arc::clone(&postgres), Some(postgres)));
    }
    bail!("the database URL must be sqlite://PATH or postgres://…")
}

/// Opens the database and brings its schema up to date, for commands that write.
pub(crate) async fn open_migrated(settings: &Settings) -> anyhow::Result<Opened> {
    let opened = open_database(settings)?;
    let shown = settings.shown_database_url();
    let migrated = opened.database.migrate().await.map_err(cause);
    migrated.with_context(|| format!("cannot open database {shown}"))?;
    Ok(opened)
}

/// Opens the keys that a command needs. A database that is still being copied into is refused.
pub(crate) async fn open_keys(
    settings: &Settings,
    opened: &Opened,
    need: Need,
    adopt: Adopt,
) -> anyhow::Result<OwnKeys> {
    if opened.copying.copy_mark().await.map_err(cause)?.is_some() {
        let shown = settings.shown_database_url();
        bail!(
            "database {shown} is half a copy of another one: repeat the same profile copy, which finishes it"
        );
    }
    OwnKeys::open(settings, &*opened.store, Arc::clone(&opened.register), need, adopt).await
}

fn roles<E: Engine + Database>(database: Arc<E>, counts: Option<Arc<dyn CallCounts>>) -> Opened {
    let store = Arc::new(SqlStore::new(Arc::clone(&database)));
    Opened {
        store: Arc::clone(&store) as _,
        register: Arc::clone(&store) as _,
        copying: store,
        database,
        counts,
    }
}

/// The reason alone: that the database is unavailable is said by the context.
pub(crate) fn cause(error: profile_ports::Unavailable) -> anyhow::Error {
    if ReadOnly::causes(&error) {
        // A boxed error would hide its type from whoever waits for the database.
        return ReadOnly.into();
    }
    anyhow::anyhow!(error.source)
}

/// Returns the machine's clock, or the instant at which the settings fix it.
#[must_use]
pub fn clock(settings: &Settings) -> Arc<dyn Clock> {
    Arc::new(SystemClock(settings.general.clock))
}

/// Opens the media store that the settings name.
pub(crate) fn open_media(settings: &Settings) -> anyhow::Result<Arc<dyn Media>> {
    let context = || format!("cannot open media store {}", settings.shown_media_url());
    let location = Location::parse(&settings.general.media_url).with_context(context)?;
    Ok(Arc::new(ObjectMedia::open(location).with_context(context)?))
}

/// Who says what users hold.
pub(crate) fn balances(settings: &Settings) -> anyhow::Result<Arc<dyn Balances>> {
    Ok(match &settings.general.balances_url {
        Some(url) => Arc::new(RemoteBalances::new(url).context("balances_url")?),
        None => Arc::new(ImportedBalances),
    })
}

/// Returns the ports over `store`, as the settings choose the others.
pub(crate) fn ports(settings: &Settings, store: Arc<dyn Store>, keys: &OwnKeys) -> anyhow::Result<Ports> {
    core_over(settings, store, open_media(settings)?, keys)
}

/// Returns the ports of a command that only reads, and needs no key for it.
pub(crate) async fn readable_ports(settings: &Settings) -> anyhow::Result<Ports> {
    let opened = open_migrated(settings).await?;
    let keys = OwnKeys::at_hand(settings, opened.register).await?;
    ports(settings, opened.store, &keys)
}

/// Returns the ports over `store` and `media`, as the settings choose the others.
pub fn core_over(
    settings: &Settings,
    store: Arc<dyn Store>,
    media: Arc<dyn Media>,
    keys: &OwnKeys,
) -> anyhow::Result<Ports> {
    Ok(Ports {
        upload_limits: Arc::new(UploadLimits::new(settings.general.upload_quota)),
        store,
        media,
        images: Arc::new(ImageRenderer::default()),
        keys: Arc::clone(&keys.register),
        vault: Arc::clone(&keys.vault) as _,
        signer: Arc::clone(&keys.signer) as _,
        service_vault: Arc::clone(&keys.hash) as _,
        passwords: Arc::new(ArgonPasswords::default()),
        balances: balances(settings)?,
        clock: clock(settings),
        ids: Arc::new(RandomIds),
        keyed_hash: Arc::clone(&keys.hash) as _,
        peers: Arc::new(Peers::new(RandomIds.request())),
        turns: Arc::default(),
    })
}

/// Returns who sends webhooks, to the targets that the settings allow.
pub fn webhook_sender(settings: &Settings) -> anyhow::Result<Arc<dyn WebhookSender>> {
    let General { webhook_allow_private, webhook_ca, webhook_proxy, .. } = &settings.general;
    let context = |path: &Path| format!("webhook_ca: cannot use {}", path.display());
    let read = |path: &PathBuf| std::fs::read(path).with_context(|| context(path));
    let options = ClientOptions {
        targets: webhook_allow_private.clone(),
        extra_roots: webhook_ca.as_ref().map(read).transpose()?,
        proxy: webhook_proxy.clone(),
    };
    // Deliveries go by real time, also where the settings fix the clock.
    let sender = HttpSender::new(&options, Arc::new(SystemClock(None)), Arc::new(SystemLookup));
    Ok(Arc::new(sender.context(webhook_ca.as_deref().map_or_else(|| "webhooks".to_owned(), context))?))
}

/// Returns what changes are delivered with.
pub(crate) fn delivery(settings: &Settings, ports: &Ports, sender: Arc<dyn WebhookSender>) -> Delivery {
    Delivery {
        store: Arc::clone(&ports.store),
        vault: Arc::clone(&ports.service_vault),
        is_on: settings.general.delivery == Switch::On,
        sender,
        stream: settings
            .general
            .nats_url
            .clone()
            .map(|address| Arc::new(NatsStream::new(address)) as Arc<dyn EventStream>),
        events: Arc::new(CloudEvents::new(&settings.public_url())),
        clock: Arc::clone(&ports.clock),
        real_clock: Arc::new(SystemClock(None)),
        ids: Arc::clone(&ports.ids),
    }
}

/// The service, ready to listen.
pub struct Service {
    /// What its endpoints work with.
    pub state: Arc<State>,
    /// The outside issuers, whose keys somebody must keep fresh.
    pub(crate) issuers: Vec<Arc<Issuer>>,
}

/// Opens every contract over `ports`. `webhooks` sends to subscriptions; `counts` is where servers that share the database count
/// calls together; `metrics` renders the metrics as Prometheus text.
pub fn service(
    settings: &Settings,
    ports: Ports,
    keys: &OwnKeys,
    webhooks: Arc<dyn WebhookSender>,
    counts: Option<Arc<dyn CallCounts>>,
    metrics: impl Fn() -> String + Send + Sync + 'static,
) -> anyhow::Result<Service> {
    let mut parts = StateParts::default();
    let mut issuers = Vec::new();
    for contract in &settings.contracts {
        let (verifier, issuer) = contract.tokens().verifier(keys, Arc::clone(&ports.clock))?;
        issuers.extend(issuer);
        contract.open(verifier, &ports, &mut parts);
    }
    let Settings { general, .. } = settings;
    let public_url = settings.public_url();
    let (peers, hash) = (Arc::clone(&ports.peers), Arc::clone(&ports.keyed_hash));
    let shared = counts.map(|counts| SharedCounts { counts, peers, hash });
    let missing = |name: &str| format!("the contract {name} is not in the list");
    let state = State {
        delivery: delivery(settings, &ports, webhooks),
        ports,
        account: parts.account.with_context(|| missing("account"))?,
        users: parts.users.with_context(|| missing("users"))?,
        client: parts.client.with_context(|| missing("client"))?,
        tenant: parts.tenant.with_context(|| missing("tenant"))?,
        operator: OperatorSettings {
            precondition_required: general.operator_precondition == Precondition::Required,
            own_listener: general.operator_bind.is_some(),
        },
        webhooks: Webhooks { targets: general.webhook_allow_private.clone() },
        traffic: profile_http::Traffic::default(),
        imports: profile_import::RunningImports::default(),
        feed: Arc::default(),
        open_calls: profile_http::OpenCalls::default(),
        token_keys: issuers.iter().map(|issuer| Arc::clone(issuer) as _).collect(),
        jwks: jwks(keys),
        trusted_proxies: TrustedProxies::new(general.trusted_proxies.clone()),
        stopping: AtomicBool::new(false),
        rate_limit: RateLimit::new(general.rate_limit == Switch::On, shared),
        documents: Documents::new(&public_url, &settings.operator_url()),
        public_url,
        metrics: Box::new(metrics),
    };
    Ok(Service { state: Arc::new(state), issuers })
}

/// The public keys with which others verify users tokens of our own, as they are when somebody asks.
fn jwks(keys: &OwnKeys) -> Box<dyn Fn() -> serde_json::Value + Send + Sync> {
    let users = keys.users.clone();
    Box::new(move || users.as_ref().map_or_else(|| json!({ "keys": [] }), |users| users.jwks()))
}

/// Returns what the console works with.
fn console(state: Arc<State>, settings: &Settings) -> Console {
    let (archives, url) = (Arc::clone(&state), settings.general.database_url.expose_secret());
    let traffic = Arc::clone(&state);
    Console {
        ports: state.ports.clone(),
        imports: state.imports.clone(),
        rates: Box::new(move || rates(&traffic.traffic)),
        upload: profile_http::paced_upload,
        url: settings.operator_url(),
        facts: |request| RequestFacts {
            address: profile_http::caller_address(request),
            request_id: profile_http::request_id(request),
        },
        note: profile_http::note_key,
        delivery: state.delivery.clone(),
        targets: state.webhooks.targets.clone(),
        version: env!("CARGO_PKG_VERSION"),
        store: if url.starts_with("sqlite:") { "SQLite" } else { "PostgreSQL" },
        archive: Box::new(move |key| {
            let (place, ports) = (ArchivePlace::take(&archives, key)?, archives.ports.clone());
            Some(Box::new(move |head| Box::pin(place.send(ports, head))))
        }),
        count: Box::new(move |key| {
            let state = Arc::clone(&state);
            Box::pin(async move { state.count_operator_call(&key).await.map_err(|wait| wait.seconds) })
        }),
    }
}

/// Returns how many calls a second each contract was asked for in the last hour.
fn rates(traffic: &profile_http::Traffic) -> Vec<ContractRates> {
    let a_second = |calls: u32| f64::from(calls) / f64::from(profile_http::SLOT_SECONDS);
    let of = |(contract, slots): (&'static str, Vec<profile_http::Calls>)| ContractRates {
        contract,
        reads: slots.iter().map(|slot| a_second(slot.reads)).collect(),
        changes: slots.iter().map(|slot| a_second(slot.changes)).collect(),
    };
    traffic.last_hour(std::time::Instant::now()).into_iter().map(of).collect()
}

/// Opens the sockets of the addresses that the settings name.
pub fn sockets(settings: &Settings) -> anyhow::Result<Sockets> {
    let General { bind: address, metrics_bind: metrics, operator_bind: operator, .. } = &settings.general;
    let (address, metrics, operator) = (*address, *metrics, *operator);
    let places = || {
        let other = |of: &str, other: Option<SocketAddr>| {
            other.map(|other| format!(" and, for {of}, {other}")).unwrap_or_default()
        };
        format!("cannot listen on {address}{}{}", other("metrics", metrics), other("operators", operator))
    };
    Sockets::open(address, metrics, operator).with_context(places)
}

/// Serves on `sockets`.
pub fn listen(
    sockets: Sockets,
    state: Arc<State>,
    settings: &Settings,
    limits: Limits,
) -> anyhow::Result<Bound> {
    let pages = profile_console::pages(console(Arc::clone(&state), settings));
    let listen = Listen { cors_origins: settings.general.cors_origins.clone(), limits, pages };
    profile_http::bind(state, sockets, &listen).context("cannot listen")
}
