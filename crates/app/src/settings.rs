//! The settings: defaults, then the file, then the environment, then flags (operator page, section 2).

use std::{net::SocketAddr, path::Path};

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use clap::Args;
use profile_domain::client::is_country;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

/// What a layer says; every member has the name of its environment variable, without `PROFILE_` and in small letters.
#[derive(Debug, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[command(next_help_heading = "Settings")]
pub struct Overrides {
    /// Listen address [default: 127.0.0.1:8080]
    #[arg(long, global = true, env = "PROFILE_BIND", value_name = "ADDRESS")]
    bind: Option<SocketAddr>,
    /// Prefix of URLs in answers [default: http:// and the listen address]
    #[arg(long, global = true, env = "PROFILE_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// `sqlite://PATH` or `postgres://…` [default: `sqlite://profile-data/profile.db`]
    #[arg(long, global = true, env = "PROFILE_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database_url: Option<SecretString>,
    /// Most connections to the database [default: 16]
    #[arg(long, global = true, env = "PROFILE_DATABASE_MAX_CONNECTIONS", value_name = "N")]
    database_max_connections: Option<u32>,
    /// `file://DIR` or `s3://BUCKET/PREFIX` [default: `file://profile-data/media`]
    #[arg(long, global = true, env = "PROFILE_MEDIA_URL", value_name = "URL")]
    media_url: Option<String>,
    /// Never a flag: other users of the machine can read a command line.
    #[arg(skip)]
    jwt_secret: Option<SecretString>,
    /// JWKS file or https URL of an outside issuer of account tokens
    #[arg(long, global = true, env = "PROFILE_ACCOUNT_JWKS", value_name = "FILE|URL")]
    account_jwks: Option<String>,
    /// Issuer that account tokens must name
    #[arg(long, global = true, env = "PROFILE_ACCOUNT_ISSUER", value_name = "NAME")]
    account_issuer: Option<String>,
    /// Audience that account tokens must name
    #[arg(long, global = true, env = "PROFILE_ACCOUNT_AUDIENCE", value_name = "NAME")]
    account_audience: Option<String>,
    /// JWKS file or https URL of an outside issuer of users tokens [default: a key pair of its own]
    #[arg(long, global = true, env = "PROFILE_USERS_JWKS", value_name = "FILE|URL")]
    users_jwks: Option<String>,
    /// Issuer that users tokens must name
    #[arg(long, global = true, env = "PROFILE_USERS_ISSUER", value_name = "NAME")]
    users_issuer: Option<String>,
    /// Audience that users tokens must name [default: users]
    #[arg(long, global = true, env = "PROFILE_USERS_AUDIENCE", value_name = "NAME")]
    users_audience: Option<String>,
    /// JWKS file or https URL of an outside issuer of client tokens
    #[arg(long, global = true, env = "PROFILE_CLIENT_JWKS", value_name = "FILE|URL")]
    client_jwks: Option<String>,
    /// Issuer that client tokens must name
    #[arg(long, global = true, env = "PROFILE_CLIENT_ISSUER", value_name = "NAME")]
    client_issuer: Option<String>,
    /// Audience that client tokens must name [default: authenticated]
    #[arg(long, global = true, env = "PROFILE_CLIENT_AUDIENCE", value_name = "NAME")]
    client_audience: Option<String>,
    /// JWKS file or https URL of an outside issuer of tenant tokens
    #[arg(long, global = true, env = "PROFILE_TENANT_JWKS", value_name = "FILE|URL")]
    tenant_jwks: Option<String>,
    /// Issuer that tenant tokens must name
    #[arg(long, global = true, env = "PROFILE_TENANT_ISSUER", value_name = "NAME")]
    tenant_issuer: Option<String>,
    /// Audience that tenant tokens must name
    #[arg(long, global = true, env = "PROFILE_TENANT_AUDIENCE", value_name = "NAME")]
    tenant_audience: Option<String>,
    /// Never a flag, as the secret above.
    #[arg(skip)]
    master_key: Option<SecretString>,
    /// Never a flag, as the secret above.
    #[arg(skip)]
    client_rl_exclusion_key: Option<SecretString>,
    /// Codes of countries whose residents cannot become clients, between commas [default: none]
    #[arg(long, global = true, env = "PROFILE_CLIENT_RESTRICTED_COUNTRIES", value_name = "CODES")]
    client_restricted_countries: Option<String>,
    /// A service that says what users hold, at `URL/{user_id}` [default: what was imported]
    #[arg(long, global = true, env = "PROFILE_BALANCES_URL", value_name = "URL")]
    balances_url: Option<String>,
    /// Whether callers may only ask so often [default: on]
    #[arg(long, global = true, env = "PROFILE_RATE_LIMIT", value_name = "on|off", value_enum)]
    rate_limit: Option<Switch>,
    /// What to log, in tracing's filter syntax [default: info]
    #[arg(long, global = true, env = "PROFILE_LOG", value_name = "FILTER")]
    log: Option<String>,
    /// How to log [default: text on a terminal, else json]
    #[arg(long, global = true, env = "PROFILE_LOG_FORMAT", value_name = "FORMAT", value_enum)]
    log_format: Option<LogFormat>,
    /// An instant that fixes the clock, for tests only
    #[arg(long, global = true, env = "PROFILE_CLOCK", value_name = "RFC3339", hide = true)]
    clock: Option<DateTime<Utc>>,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// As it should be.
    On,
    /// For measurements.
    Off,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// The effective settings.
pub struct Settings {
    /// Listen address.
    pub bind: SocketAddr,
    /// Prefix of URLs in answers; absent means the listen address.
    pub public_url: Option<String>,
    /// The database.
    pub database_url: SecretString,
    /// Most connections to it.
    pub database_max_connections: u32,
    /// The media store.
    pub media_url: String,
    /// The HS256 secret; absent means the generated one.
    pub jwt_secret: Option<SecretString>,
    /// An outside issuer's keys for account tokens.
    pub account_jwks: Option<String>,
    /// The issuer that account tokens must name.
    pub account_issuer: Option<String>,
    /// The audience that account tokens must name.
    pub account_audience: Option<String>,
    /// An outside issuer's keys for users tokens.
    pub users_jwks: Option<String>,
    /// The issuer that users tokens must name.
    pub users_issuer: Option<String>,
    /// The audience that users tokens must name.
    pub users_audience: Option<String>,
    /// An outside issuer's keys for client tokens.
    pub client_jwks: Option<String>,
    /// The issuer that client tokens must name.
    pub client_issuer: Option<String>,
    /// The audience that client tokens must name.
    pub client_audience: Option<String>,
    /// An outside issuer's keys for tenant tokens.
    pub tenant_jwks: Option<String>,
    /// The issuer that tenant tokens must name.
    pub tenant_issuer: Option<String>,
    /// The audience that tenant tokens must name.
    pub tenant_audience: Option<String>,
    /// The master keys, the current one first; absent means the generated one.
    pub master_key: Option<SecretString>,
    /// The key that lifts the rate limit of the client contract.
    pub client_rl_exclusion_key: Option<SecretString>,
    /// Codes of countries whose residents cannot become clients.
    pub client_restricted_countries: Vec<String>,
    /// Who says what users hold; absent means the import.
    pub balances_url: Option<String>,
    /// Whether callers may only ask so often.
    pub rate_limit: Switch,
    /// What to log.
    pub log: String,
    /// How; absent means by the kind of output.
    pub log_format: Option<LogFormat>,
    /// The fixed clock, if there is one.
    pub clock: Option<DateTime<Utc>>,
}

mod shown;

const JWT_SECRET: &str = "PROFILE_JWT_SECRET";
const MASTER_KEY: &str = "PROFILE_MASTER_KEY";
const EXCLUSION_KEY: &str = "PROFILE_CLIENT_RL_EXCLUSION_KEY";

impl Settings {
    /// Puts the layers together; `overrides` holds environment and flags already.
    pub fn load(file: Option<&Path>, mut overrides: Overrides) -> anyhow::Result<Self> {
        let secret = |name| std::env::var(name).ok().map(SecretString::from);
        overrides.jwt_secret = secret(JWT_SECRET);
        overrides.master_key = secret(MASTER_KEY);
        overrides.client_rl_exclusion_key =
            secret(EXCLUSION_KEY).filter(|key| !key.expose_secret().is_empty());
        let file = file.map(read).transpose()?.unwrap_or_default();
        let bind = overrides.bind.or(file.bind).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let database_max_connections =
            overrides.database_max_connections.or(file.database_max_connections).unwrap_or(16);
        if database_max_connections == 0 {
            bail!("database_max_connections must be at least 1");
        }
        Ok(Self {
            bind,
            public_url: overrides.public_url.or(file.public_url),
            database_url: overrides
                .database_url
                .or(file.database_url)
                .unwrap_or_else(|| "sqlite://profile-data/profile.db".into()),
            database_max_connections,
            media_url: overrides
                .media_url
                .or(file.media_url)
                .unwrap_or_else(|| "file://profile-data/media".into()),
            jwt_secret: overrides.jwt_secret.or(file.jwt_secret),
            account_jwks: overrides.account_jwks.or(file.account_jwks),
            account_issuer: overrides.account_issuer.or(file.account_issuer),
            account_audience: overrides.account_audience.or(file.account_audience),
            users_jwks: overrides.users_jwks.or(file.users_jwks),
            users_issuer: overrides.users_issuer.or(file.users_issuer),
            users_audience: overrides.users_audience.or(file.users_audience),
            client_jwks: overrides.client_jwks.or(file.client_jwks),
            client_issuer: overrides.client_issuer.or(file.client_issuer),
            client_audience: overrides.client_audience.or(file.client_audience),
            tenant_jwks: overrides.tenant_jwks.or(file.tenant_jwks),
            tenant_issuer: overrides.tenant_issuer.or(file.tenant_issuer),
            tenant_audience: overrides.tenant_audience.or(file.tenant_audience),
            master_key: overrides.master_key.or(file.master_key),
            client_rl_exclusion_key: overrides.client_rl_exclusion_key.or(file.client_rl_exclusion_key),
            client_restricted_countries: countries(
                overrides.client_restricted_countries.or(file.client_restricted_countries),
            )?,
            balances_url: overrides.balances_url.or(file.balances_url),
            rate_limit: overrides.rate_limit.or(file.rate_limit).unwrap_or(Switch::On),
            log: overrides.log.or(file.log).unwrap_or_else(|| "info".into()),
            log_format: overrides.log_format.or(file.log_format),
            clock: overrides.clock.or(file.clock),
        })
    }
}

fn countries(list: Option<String>) -> anyhow::Result<Vec<String>> {
    let list = list.unwrap_or_default();
    let codes = list.split(',').map(str::trim).filter(|code| !code.is_empty());
    codes
        .map(|code| {
            anyhow::ensure!(is_country(code), "client_restricted_countries: `{code}` is no country code");
            Ok(code.to_owned())
        })
        .collect()
}

fn read(path: &Path) -> anyhow::Result<Overrides> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    toml::from_str(&text).map_err(|error| {
        // Its long form quotes the file, secrets included.
        anyhow::anyhow!("{}: {}", path.display(), error.message())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn a_later_layer_wins() {
        let file = file("bind = \"127.0.0.1:1\"\nlog = \"debug\"\n");
        let overrides = Overrides { bind: Some(([127, 0, 0, 1], 2).into()), ..Overrides::default() };
        let settings = Settings::load(Some(file.path()), overrides).unwrap();
        assert_eq!(settings.bind.port(), 2);
        assert_eq!(settings.log, "debug");
        assert_eq!(settings.database_max_connections, 16);
    }

    #[test]
    fn an_unknown_key_is_named_and_no_secret_shown() {
        let file = file("jwt_secret = \"very secret value\"\nbinds = 1\n");
        let error = Settings::load(Some(file.path()), Overrides::default()).unwrap_err().to_string();
        assert!(error.contains("`binds`"), "{error}");
        assert!(!error.contains("very secret"), "{error}");
    }

    #[test]
    fn passwords_are_never_shown() {
        for (url, shown) in [
            ("postgres://me:p@ss@db:5432/x", "postgres://me:***@db:5432/x"),
            ("postgres://me@db/x?password=pass", "postgres://me@db/x"),
            ("sqlite://profile-data/profile.db", "sqlite://profile-data/profile.db"),
            ("pass", "(not a URL)"),
        ] {
            let overrides = Overrides { database_url: Some(url.into()), ..Overrides::default() };
            let settings = Settings::load(None, overrides).unwrap();
            assert_eq!(settings.shown_database_url(), shown);
            assert!(!format!("{settings:?}").contains("pass"));
        }
    }
}
