//! How the server is reached: encrypted where the URL asks for it, and with limits on time on both sides.

use std::{
    fmt,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use profile_ports::{ReadOnly, Unavailable};
use tokio::time::timeout;
use tokio_postgres::{
    CancelToken, Client, Config, Connection, NoTls, SimpleQueryMessage, Socket,
    config::{Host, SslMode, TargetSessionAttrs},
    tls::TlsStream,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{failure::words, hosts, link::Link, outage::Outage};

/// How long a connection may take to be made.
pub(crate) const CONNECTION_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a migration waits for a table that is in use, before it lets others go on and tries again.
pub(crate) const MIGRATION_LOCK: Duration = Duration::from_secs(2);
/// When the system asks whether the other end of a quiet connection is still there, how often, and how many times.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(10), Duration::from_secs(3), 3);
/// What tokio-postgres sets if a URL does not say when to ask.
const KEEPALIVE_UNSET: Duration = Duration::from_hours(2);

/// Each statement sees what is committed when it begins, whatever the database has for its default: the references of a record
/// that ends are looked for behind its removal.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// How long statements may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// On the server. A wait for a lock may take half of it.
    pub(crate) statement: Duration,
    /// Until no answer is expected any more.
    pub(crate) answer: Duration,
}

impl Limits {
    pub(crate) fn of(statement: Duration) -> Self {
        Self { statement, answer: statement + Duration::from_secs(1) }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::of(Duration::from_secs(10))
    }
}

/// What a connection is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Session {
    /// The requests of callers, which must not wait for long.
    Requests,
    /// Migrations, which take as long as they need.
    Migration,
}

/// How to reach the server.
pub(crate) struct Server {
    /// One for each server that the URL names.
    pub(crate) hosts: Vec<Config>,
    /// The number of the one that was connected to last.
    pub(crate) last_host: AtomicUsize,
    /// What sessions must be like.
    wanted: TargetSessionAttrs,
    /// What is known of the database when it is away; shared by all that reach the same one.
    pub(crate) outage: Arc<Outage>,
    tls: Option<MakeRustlsConnect>,
    /// Whether statements may be prepared by name.
    pub(crate) prepared: bool,
    pub(crate) limits: Limits,
    /// Begins a transaction where the session has no limits of its own.
    begin: String,
    /// A pooler has refused to set limits for a session.
    refuses_options: AtomicBool,
    /// Only connections of the current generation are lent out.
    generation: AtomicU64,
}

impl Server {
    /// Reads the URL. `sslmode=require` and `verify-full` are the same here: the server's certificate is always verified
    /// against the machine's roots, or those in `SSL_CERT_FILE`. Any other mode is not encrypted.
    pub(crate) fn new(url: &str, prepared: bool, limits: Limits) -> Result<Self, Unavailable> {
        let url = url.replace("sslmode=verify-full", "sslmode=require");
        let mut config: Config = url.parse().map_err(|error| Unavailable::database(words(&error)))?;
        let tls = match config.get_ssl_mode() {
            SslMode::Require => {
                let (tls, _unusable) = MakeRustlsConnect::with_native_certs()
                    .map_err(|_| Unavailable::database("this machine has no root certificates"))?;
                Some(tls)
            }
            _ => None,
        };
        bound(&mut config, limits);
        let begin = format!("{BEGIN}; {}", local(limits.statement, limits.statement / 2, limits.statement));
        Ok(Self {
            hosts: hosts::each(&config),
            last_host: AtomicUsize::new(0),
            wanted: config.get_target_session_attrs(),
            outage: Arc::default(),
            tls,
            prepared,
            limits,
            begin,
            refuses_options: AtomicBool::new(false),
            generation: AtomicU64::new(0),
        })
    }

    /// The first host beyond this machine that would be reached without encryption.
    fn plain_host(&self) -> Option<&str> {
        if self.tls.is_some() {
            return None;
        }
        self.hosts.iter().flat_map(Config::get_hosts).find_map(|host| match host {
            // An `@` within a password that is not escaped leaves the end of it here.
            Host::Tcp(name) if !is_local(name) => name.rsplit('@').next(),
            _ => None,
        })
    }

    /// Warns if a server on another machine is reached without encryption.
    pub(crate) fn warn_if_plain(&self) {
        if let Some(host) = self.plain_host() {
            tracing::warn!(
                host,
                "PostgreSQL is reached without encryption; sslmode=require in its URL encrypts"
            );
        }
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Relaxed)
    }

    /// No connection that was made before is lent out again.
    pub(crate) fn begin_new_generation(&self) {
        self.generation.fetch_add(1, Ordering::Relaxed);
    }

    /// What begins a transaction on `link`.
    pub(crate) fn begin(&self, link: &Link) -> &str {
        if link.limited { BEGIN } else { &self.begin }
    }

    /// Asks the server to end what it is doing; best effort.
    pub(crate) fn cancel(&self, token: CancelToken) {
        let tls = self.tls.clone();
        tokio::spawn(timeout(CONNECTION_TIMEOUT, async move {
            match tls {
                Some(tls) => token.cancel_query(tls).await,
                None => token.cancel_query(NoTls).await,
            }
        }));
    }

    /// Makes this one share what is known of the database with `other`.
    pub(crate) fn beside(self, other: &Self) -> Self {
        Self { outage: Arc::clone(&other.outage), ..self }
    }

    /// A new connection; whether one could be made is what the outage goes by.
    pub(crate) async fn connect(self: &Arc<Self>, session: Session) -> Result<Link, Unavailable> {
        let connected = self.connect_to_any(session).await;
        match &connected {
            Ok(_) => self.outage.end(),
            Err(error) => Outage::begin(self, &error.source.to_string()),
        }
        connected
    }

    /// Limits are part of the start of a session, where no pooler mixes them up. One that does not know them refuses.
    pub(crate) async fn connect_to(
        self: &Arc<Self>,
        config: &Config,
        session: Session,
    ) -> Result<Link, Refused> {
        if !self.refuses_options.load(Ordering::Relaxed) {
            let mut config = config.clone();
            let own = config.get_options().map(|own| format!(" {own}")).unwrap_or_default();
            config.options(format!("{}{own}", self.options(session)));
            match self.open(&config, session).await {
                Err(Refused::Options) => self.refuses_options.store(true, Ordering::Relaxed),
                connected => return connected,
            }
        }
        self.open(config, session).await
    }

    fn options(&self, session: Session) -> String {
        let (statement, lock, idle) = match session {
            Session::Requests => (self.limits.statement, self.limits.statement / 2, self.limits.statement),
            Session::Migration => (Duration::ZERO, MIGRATION_LOCK, Duration::ZERO),
        };
        format!(
            "-c statement_timeout={} -c lock_timeout={} -c idle_in_transaction_session_timeout={}",
            statement.as_millis(),
            lock.as_millis(),
            idle.as_millis()
        )
    }

    async fn open(self: &Arc<Self>, config: &Config, session: Session) -> Result<Link, Refused> {
        if let Some(tls) = &self.tls {
            let (client, connection) = config.connect(tls.clone()).await?;
            self.introduce(client, connection, session).await
        } else {
            let (client, connection) = config.connect(NoTls).await?;
            self.introduce(client, connection, session).await
        }
    }

    /// Asks what must be known of the session before it is used.
    async fn introduce<T>(
        self: &Arc<Self>,
        client: Client,
        connection: Connection<Socket, T>,
        session: Session,
    ) -> Result<Link, Refused>
    where
        T: TlsStream + Unpin + Send + 'static,
    {
        let patience = match session {
            Session::Requests => Some(self.limits.answer),
            Session::Migration => None,
        };
        let mut link = Link::new(self, client, connection, patience);
        let asked = "SELECT current_setting('statement_timeout'), current_setting('server_encoding'), \
                     current_setting('transaction_read_only')";
        let said = link.ask(asked).await?;
        let row = said.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        let column = |number| row.and_then(|row| row.try_get(number).ok().flatten()).unwrap_or_default();
        let encoding = column(1);
        if encoding != "UTF8" {
            return Err(Refused::Because(format!(
                "the database has the encoding {encoding}, which cannot keep every name; make a new one with CREATE \
                 DATABASE … ENCODING 'UTF8' TEMPLATE template0, and restore a dump of this one into it"
            )));
        }
        link.limited = column(0) != "0";
        link.is_read_only = column(2) == "on";
        match self.wanted {
            TargetSessionAttrs::ReadWrite if link.is_read_only => Err(Refused::ReadOnly),
            TargetSessionAttrs::ReadOnly if !link.is_read_only => {
                Err(Refused::Because("the database is not read-only".to_owned()))
            }
            _ => Ok(link),
        }
    }
}

/// Why a connection was not made.
pub(crate) enum Refused {
    /// The pooler does not know the limits.
    Options,
    /// The server takes no writes, and the URL wants one that does.
    ReadOnly,
    Because(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Options => out.write_str("the pooler refuses a parameter of the URL"),
            Self::ReadOnly => ReadOnly.fmt(out),
            Self::Because(why) => out.write_str(why),
        }
    }
}

impl From<tokio_postgres::Error> for Refused {
    fn from(error: tokio_postgres::Error) -> Self {
        let said = error.as_db_error().map(tokio_postgres::error::DbError::message).unwrap_or_default();
        if said.contains("unsupported startup parameter") {
            return Self::Options;
        }
        Self::Because(words(&error))
    }
}

/// The limits of one transaction: on a statement, on a wait for a lock, and on its rest between two statements.
pub(crate) fn local(statement: Duration, lock: Duration, rest: Duration) -> String {
    format!(
        "SET LOCAL statement_timeout = {}; SET LOCAL lock_timeout = {}; \
         SET LOCAL idle_in_transaction_session_timeout = {}",
        statement.as_millis(),
        lock.as_millis(),
        rest.as_millis()
    )
}

/// Has the system notice a connection whose other end has gone.
fn bound(config: &mut Config, limits: Limits) {
    let (idle, interval, retries) = KEEPALIVE;
    if config.get_keepalives_idle() == KEEPALIVE_UNSET {
        config.keepalives_idle(idle);
    }
    if config.get_keepalives_interval().is_none() {
        config.keepalives_interval(interval);
    }
    if config.get_keepalives_retries().is_none() {
        config.keepalives_retries(retries);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(limits.answer);
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECTION_TIMEOUT);
    }
    if config.get_application_name().is_none() {
        config.application_name("profile");
    }
}

fn is_local(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Makes the connections of a pool, and says which may be lent out again.
pub(crate) struct Requests(pub(crate) Arc<Server>);

impl Manager for Requests {
    type Type = Link;
    type Error = Unavailable;

    async fn create(&self) -> Result<Link, Unavailable> {
        // One attempt goes on already; how long a request waits for it is up to the pool.
        self.0.outage.over().await;
        self.0.connect(Session::Requests).await
    }

    async fn recycle(&self, link: &mut Link, _: &Metrics) -> RecycleResult<Unavailable> {
        // Without asking the server, which would cost a round trip each time.
        if link.is_usable() { Ok(()) } else { Err(RecycleError::message("it was given up")) }
    }
}
