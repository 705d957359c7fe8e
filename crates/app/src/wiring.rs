//! Which adapter stands behind which port; the only place that names them.

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, bail};
use profile_balances::{ImportedBalances, RemoteBalances};
use profile_http::ClientSettings;
use profile_identity::{
    AccountTokens, ArgonPasswords, CLIENT_AUDIENCE, CLIENT_LEEWAY, ClientTokens, Expectation, HmacHash,
    KeyPair, KeyVault, Keys, Secret, TenantTokens, USERS_AUDIENCE, USERS_LEEWAY, UsersTokens, Verifier,
};
use profile_media::{ImageRenderer, Location, ObjectMedia};
use profile_ports::{Balances, Clock, Database, Store};
use profile_postgres::{Options, PostgresStore};
use profile_sqlite::SqliteStore;
use profile_usecases::Core;
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::{
    settings::{Settings, Switch},
    system::{RandomIds, SystemClock},
};

/// Names of generated files in the folder of keys.
const JWT_SECRET_FILE: &str = "jwt-secret";
const MASTER_KEY_FILE: &str = "master-key";
const USERS_KEY_FILE: &str = "users-es256";

/// One database in its two roles.
pub(crate) struct Opened {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) database: Arc<dyn Database>,
}

/// Opens the database that the settings name.
pub(crate) fn open_database(settings: &Settings) -> anyhow::Result<Opened> {
    let shown = settings.shown_database_url();
    let context = || format!("cannot open database {shown}");
    let url = settings.database_url.expose_secret();
    let connections = settings.database_max_connections;
    if let Some(path) = url.strip_prefix("sqlite://").filter(|path| !path.is_empty()) {
        let sqlite = SqliteStore::open(Path::new(path), connections).map_err(cause).with_context(context)?;
        return Ok(both(sqlite));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        let options = Options {
            max_connections: connections as usize,
            prepared: settings.database_prepared == Switch::On,
            ..Options::default()
        };
        let postgres = PostgresStore::with(url, options).map_err(cause).with_context(context)?;
        return Ok(both(postgres));
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

fn both<S: Store + Database + 'static>(adapter: S) -> Opened {
    let adapter = Arc::new(adapter);
    Opened { store: Arc::clone(&adapter) as Arc<dyn Store>, database: adapter }
}

/// The reason alone: that the database is unavailable is said by the context.
pub(crate) fn cause(error: profile_ports::Unavailable) -> anyhow::Error {
    anyhow::anyhow!(error.source)
}

pub(crate) fn clock(settings: &Settings) -> Arc<dyn Clock> {
    Arc::new(SystemClock(settings.clock))
}

/// The stories over `store`.
pub(crate) fn core(settings: &Settings, store: Arc<dyn Store>) -> anyhow::Result<Core> {
    let context = || format!("cannot open media store {}", settings.shown_media_url());
    let location = Location::parse(&settings.media_url).with_context(context)?;
    let media = Arc::new(ObjectMedia::open(location).with_context(context)?);
    let keyed_hash = Arc::new(HmacHash::new(&secret(settings)?));
    let balances: Arc<dyn Balances> = match &settings.balances_url {
        Some(url) => Arc::new(RemoteBalances::new(url).context("balances_url")?),
        None => Arc::new(ImportedBalances),
    };
    let vault = Arc::new(vault(settings)?);
    let passwords = Arc::new(ArgonPasswords::default());
    let images = Arc::new(ImageRenderer::default());
    Ok(Core {
        store,
        media,
        images,
        vault,
        passwords,
        balances,
        clock: clock(settings),
        ids: Arc::new(RandomIds),
        keyed_hash,
    })
}

/// The tokens of the account contract.
pub(crate) fn account_tokens(settings: &Settings) -> anyhow::Result<AccountTokens> {
    let keys = match &settings.account_jwks {
        Some(location) => Keys::outside(location).context("account_jwks")?,
        None => Keys::Own(secret(settings)?),
    };
    let expectation =
        Expectation { issuer: settings.account_issuer.clone(), audience: settings.account_audience.clone() };
    Ok(AccountTokens::new(Verifier::new(keys, expectation, clock(settings))))
}

/// The tokens of the users contract, and the public keys with which others verify those of our own.
pub(crate) fn users_tokens(settings: &Settings) -> anyhow::Result<(UsersTokens, serde_json::Value)> {
    let (keys, jwks) = if let Some(location) = &settings.users_jwks {
        (Keys::outside(location).context("users_jwks")?, json!({ "keys": [] }))
    } else {
        let pair = KeyPair::read_or_make(&settings.keys_dir().join(USERS_KEY_FILE))?;
        let jwks = pair.jwks();
        (Keys::OwnPair(Arc::new(pair)), jwks)
    };
    let audience = settings.users_audience.clone().unwrap_or_else(|| USERS_AUDIENCE.to_owned());
    let expectation = Expectation { issuer: settings.users_issuer.clone(), audience: Some(audience) };
    let verifier = Verifier::new(keys, expectation, clock(settings)).with_leeway(USERS_LEEWAY);
    Ok((UsersTokens::new(verifier), jwks))
}

/// The tokens of the client contract.
pub(crate) fn client_tokens(settings: &Settings) -> anyhow::Result<ClientTokens> {
    let keys = match &settings.client_jwks {
        Some(location) => Keys::outside(location).context("client_jwks")?,
        None => Keys::Own(secret(settings)?),
    };
    let audience = settings.client_audience.clone().unwrap_or_else(|| CLIENT_AUDIENCE.to_owned());
    let expectation = Expectation { issuer: settings.client_issuer.clone(), audience: Some(audience) };
    Ok(ClientTokens::new(Verifier::new(keys, expectation, clock(settings)).with_leeway(CLIENT_LEEWAY)))
}

/// The tokens of the tenant contract.
pub(crate) fn tenant_tokens(settings: &Settings) -> anyhow::Result<TenantTokens> {
    let keys = match &settings.tenant_jwks {
        Some(location) => Keys::outside(location).context("tenant_jwks")?,
        None => Keys::Own(secret(settings)?),
    };
    let expectation =
        Expectation { issuer: settings.tenant_issuer.clone(), audience: settings.tenant_audience.clone() };
    Ok(TenantTokens::new(Verifier::new(keys, expectation, clock(settings))))
}

/// What the client contract needs to know.
pub(crate) fn client_settings(settings: &Settings, core: &Core) -> anyhow::Result<ClientSettings> {
    let exclusion_key = settings.client_rl_exclusion_key.as_ref();
    Ok(ClientSettings {
        identity: Arc::new(client_tokens(settings)?),
        exclusion_key_hash: exclusion_key.map(|key| core.keyed_hash.hash(key.expose_secret())),
        restricted: settings.client_restricted_countries.clone(),
    })
}

/// The vault of the operator's master keys.
pub(crate) fn vault(settings: &Settings) -> anyhow::Result<KeyVault> {
    match &settings.master_key {
        Some(keys) => Ok(KeyVault::of_setting(keys)?),
        None => Ok(KeyVault::read_or_make(&settings.keys_dir().join(MASTER_KEY_FILE))?),
    }
}

fn secret(settings: &Settings) -> anyhow::Result<Secret> {
    match &settings.jwt_secret {
        Some(secret) => Ok(Secret::new(secret.clone())?),
        None => Ok(Secret::read_or_make(&settings.keys_dir().join(JWT_SECRET_FILE))?),
    }
}
