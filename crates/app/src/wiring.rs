//! Which adapter stands behind which port; the only place that names them.

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, bail};
use profile_balances::{ImportedBalances, RemoteBalances};
use profile_http::ClientSettings;
use profile_identity::{
    AccountTokens, ArgonPasswords, CLIENT_AUDIENCE, ClientTokens, Expectation, Keys, TenantTokens,
    USERS_AUDIENCE, UsersTokens, Verifier,
};
use profile_media::{ImageRenderer, Location, ObjectMedia};
use profile_ports::{Balances, ClientIdentity, Clock, Database, KeyRegister, Media, Purpose, Store};
use profile_postgres::{Options, PostgresStore};
use profile_rows::{Engine, SqlStore};
use profile_sqlite::SqliteStore;
use profile_usecases::{Core, UploadLimits};
use secrecy::ExposeSecret as _;

use crate::{
    keys::{Adopt, Contract, Need, OwnKeys},
    settings::{Settings, Switch},
    system::{RandomIds, SystemClock},
};

/// One database in its three roles.
pub(crate) struct Opened {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) database: Arc<dyn Database>,
    pub(crate) register: Arc<dyn KeyRegister>,
}

/// Opens the database that the settings name.
pub(crate) fn open_database(settings: &Settings) -> anyhow::Result<Opened> {
    let shown = settings.shown_database_url();
    let context = || format!("cannot open database {shown}");
    let url = settings.database_url.expose_secret();
    let connections = settings.database_max_connections;
    if let Some(path) = url.strip_prefix("sqlite://").filter(|path| !path.is_empty()) {
        let sqlite = SqliteStore::open(Path::new(path), connections, clock(settings), Arc::new(RandomIds))
            .map_err(cause)
            .with_context(context)?;
        return Ok(roles(sqlite));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let options = Options {
            max_connections: connections as usize,
            prepared: settings.database_prepared == Switch::On,
            ..Options::default()
        };
        let postgres = PostgresStore::with(url, options, clock(settings), Arc::new(RandomIds))
            .map_err(cause)
            .with_context(context)?;
        return Ok(roles(postgres));
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

/// Opens the keys that a command needs.
pub(crate) async fn open_keys(
    settings: &Settings,
    opened: &Opened,
    need: Need,
    adopt: Adopt,
) -> anyhow::Result<OwnKeys> {
    OwnKeys::open(settings, &*opened.store, Arc::clone(&opened.register), need, adopt).await
}

fn roles<E: Engine + Database>(engine: E) -> Opened {
    let database = Arc::new(engine);
    let store = Arc::new(SqlStore::new(Arc::clone(&database)));
    Opened { store: Arc::clone(&store) as _, register: store, database }
}

/// The reason alone: that the database is unavailable is said by the context.
pub(crate) fn cause(error: profile_ports::Unavailable) -> anyhow::Error {
    anyhow::anyhow!(error.source)
}

pub(crate) fn clock(settings: &Settings) -> Arc<dyn Clock> {
    Arc::new(SystemClock(settings.clock))
}

/// Opens the media store that the settings name.
pub(crate) fn open_media(settings: &Settings) -> anyhow::Result<Arc<dyn Media>> {
    let context = || format!("cannot open media store {}", settings.shown_media_url());
    let location = Location::parse(&settings.media_url).with_context(context)?;
    Ok(Arc::new(ObjectMedia::open(location).with_context(context)?))
}

/// Who says what users hold.
pub(crate) fn balances(settings: &Settings) -> anyhow::Result<Arc<dyn Balances>> {
    Ok(match &settings.balances_url {
        Some(url) => Arc::new(RemoteBalances::new(url).context("balances_url")?),
        None => Arc::new(ImportedBalances),
    })
}

/// The stories over `store`.
pub(crate) fn core(settings: &Settings, store: Arc<dyn Store>, keys: &OwnKeys) -> anyhow::Result<Core> {
    let media = open_media(settings)?;
    let balances = balances(settings)?;
    let passwords = Arc::new(ArgonPasswords::default());
    let images = Arc::new(ImageRenderer::default());
    let upload_limits = Arc::new(UploadLimits::new(settings.upload_quota));
    Ok(Core {
        upload_limits,
        store,
        media,
        images,
        keys: Arc::clone(&keys.register),
        vault: Arc::clone(&keys.vault) as _,
        passwords,
        balances,
        clock: clock(settings),
        ids: Arc::new(RandomIds),
        keyed_hash: Arc::clone(&keys.hash) as _,
        turns: Arc::default(),
    })
}

/// The tokens of the account contract.
pub(crate) fn account_tokens(settings: &Settings, own: &OwnKeys) -> anyhow::Result<AccountTokens> {
    let keys = match &settings.account_jwks {
        Some(location) => Keys::outside("account", location).context("account_jwks")?,
        None => Keys::Own(own.secret(Contract::Account)?),
    };
    let expectation =
        Expectation { issuer: settings.account_issuer.clone(), audience: settings.account_audience.clone() };
    Ok(AccountTokens::new(Verifier::new(keys, expectation, clock(settings))))
}

/// The tokens of the users contract.
pub(crate) fn users_tokens(settings: &Settings, own: &OwnKeys) -> anyhow::Result<UsersTokens> {
    let keys = match &settings.users_jwks {
        Some(location) => Keys::outside("users", location).context("users_jwks")?,
        None => Keys::OwnPairs(own.users.clone().context("there is no users signing key")?),
    };
    let audience = settings.users_audience.clone().unwrap_or_else(|| USERS_AUDIENCE.to_owned());
    let expectation = Expectation { issuer: settings.users_issuer.clone(), audience: Some(audience) };
    Ok(UsersTokens::new(Verifier::new(keys, expectation, clock(settings))))
}

/// The tokens of the client contract.
pub(crate) fn client_tokens(settings: &Settings, own: &OwnKeys) -> anyhow::Result<ClientTokens> {
    let keys = match &settings.client_jwks {
        Some(location) => Keys::outside("client", location).context("client_jwks")?,
        None => Keys::Own(own.secret(Contract::Client)?),
    };
    let audience = settings.client_audience.clone().unwrap_or_else(|| CLIENT_AUDIENCE.to_owned());
    let expectation = Expectation { issuer: settings.client_issuer.clone(), audience: Some(audience) };
    Ok(ClientTokens::new(Verifier::new(keys, expectation, clock(settings))))
}

/// The tokens of the tenant contract.
pub(crate) fn tenant_tokens(settings: &Settings, own: &OwnKeys) -> anyhow::Result<TenantTokens> {
    let keys = match &settings.tenant_jwks {
        Some(location) => Keys::outside("tenant", location).context("tenant_jwks")?,
        None => Keys::Own(own.secret(Contract::Tenant)?),
    };
    let expectation =
        Expectation { issuer: settings.tenant_issuer.clone(), audience: settings.tenant_audience.clone() };
    Ok(TenantTokens::new(Verifier::new(keys, expectation, clock(settings))))
}

/// What the client contract needs to know.
pub(crate) fn client_settings(
    settings: &Settings,
    core: &Core,
    identity: Arc<dyn ClientIdentity>,
) -> ClientSettings {
    let exclusion_key = settings.client_rl_exclusion_key.as_ref();
    ClientSettings {
        identity,
        exclusion_key_hash: exclusion_key
            .map(|key| core.keyed_hash.hash(Purpose::ExclusionKey, key.expose_secret())),
        restricted: settings.client_restricted_countries.clone(),
    }
}
