//! The settings: one table of names, defaults and meanings; read from defaults, the file, the environment and flags.

mod error;
mod flags;
mod layers;
mod parse;
mod shown;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use chrono::{DateTime, Utc};
use ipnet::IpNet;
use secrecy::SecretString;

pub use error::SettingsError;
pub use flags::Flags;
use layers::{Layers, Origins};
pub use parse::{LogFormat, Switch};

/// How a value is shown, and where it may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Shown as it is.
    Plain,
    /// Shown without password and query. Refused as a flag with a password in it; may be read from a file.
    Url,
    /// Never shown, never a flag; may be read from a file.
    Secret,
}

/// One row of the table.
struct Setting {
    /// As a key of the file. In capitals and after `PROFILE_` it is the environment variable, with dashes the flag.
    name: &'static str,
    kind: Kind,
    /// What the help calls the value.
    value: &'static str,
    help: &'static str,
}

/// Makes the table, the struct and the function that fills it, so that a setting is written once.
macro_rules! settings {
    (
        required { $($(#[doc = $help:literal])+ $name:ident: $type:ty = $default:literal, $kind:ident, $value:literal, $parse:expr;)* }
        optional { $($(#[doc = $o_help:literal])+ $o_name:ident: $o_type:ty, $o_kind:ident, $o_value:literal, $o_parse:expr;)* }
    ) => {
        /// The effective settings.
        pub struct Settings {
            $($(#[doc = $help])+ pub $name: $type,)*
            $($(#[doc = $o_help])+ pub $o_name: Option<$o_type>,)*
            /// Each setting's name and its value as it may be shown.
            shown: Vec<(&'static str, String)>,
            /// The files that they were read from, which may hold secrets.
            pub files: Vec<PathBuf>,
        }

        const SETTINGS: &[Setting] = &[
            $(Setting { name: stringify!($name), kind: Kind::$kind, value: $value, help: concat!($($help,)+ " [default: ", $default, "]") },)*
            $(Setting { name: stringify!($o_name), kind: Kind::$o_kind, value: $o_value, help: concat!($($o_help),+) },)*
        ];

        fn read(mut layers: Layers) -> Result<Settings, SettingsError> {
            $(let $name = layers.read(stringify!($name), Some($default), $parse);)*
            $(let $o_name = layers.read(stringify!($o_name), None, $o_parse);)*
            let Origins { shown, files } = layers.finish()?;
            let ($(Some($name),)*) = ($($name,)*) else { return Err(SettingsError::default()) };
            Ok(Settings { $($name,)* $($o_name,)* shown, files })
        }
    };
}

settings! {
    required {
        /// Listen address
        bind: SocketAddr = "127.0.0.1:8080", Plain, "ADDRESS", parse::address;
        /// `sqlite://PATH` or `postgres://…`
        database_url: SecretString = "sqlite://profile-data/profile.db", Url, "URL", parse::text;
        /// Most connections to the database
        database_max_connections: u32 = "16", Plain, "N", parse::positive;
        /// `off` for connection poolers that cannot keep prepared statements
        database_prepared: Switch = "on", Plain, "on|off", parse::switch;
        /// `file://DIR` or `s3://BUCKET/PREFIX`
        media_url: String = "file://profile-data/media", Url, "URL", parse::text;
        /// Unattached bytes that one holder, user or client may have stored
        upload_quota: u64 = "200MiB", Plain, "SIZE", parse::bytes;
        /// How long an idle connection stays open
        keep_alive: Duration = "75s", Plain, "DURATION", parse::duration;
        /// How long to serve on after SIGTERM while /readyz says 503
        shutdown_delay: Duration = "0s", Plain, "DURATION", parse::duration;
        /// Networks of reverse proxies whose Forwarded or X-Forwarded-For is believed, between commas
        trusted_proxies: Vec<IpNet> = "", Plain, "NETWORKS", parse::networks;
        /// Origins that may call the four contracts from a browser, between commas
        cors_origins: Vec<String> = "", Plain, "ORIGINS", parse::origins;
        /// Codes of countries whose residents cannot become clients, between commas
        client_restricted_countries: Vec<String> = "", Plain, "CODES", parse::countries;
        /// `off` lifts the rate limits, for measurements
        rate_limit: Switch = "on", Plain, "on|off", parse::switch;
        /// What to log, in tracing's filter syntax
        log: String = "info", Plain, "FILTER", parse::log_filter;
    }
    optional {
        /// Prefix of URLs in answers [default: http:// and the listen address]
        public_url: String, Plain, "URL", parse::public_url;
        /// A second listen address for /metrics, which then leaves the first [default: none]
        metrics_bind: SocketAddr, Plain, "ADDRESS", parse::address;
        /// Most connections of callers at once [default: by the limit of open files]
        max_connections: usize, Plain, "N", parse::positive;
        /// Folder of generated keys [default: `keys` beside the embedded database, else `profile-data/keys`]
        keys_dir: PathBuf, Plain, "DIR", parse::text;
        /// HS256 secret of account, client and tenant tokens [default: generated]
        jwt_secret: SecretString, Secret, "SECRET", parse::jwt_secret;
        /// HS256 secret of account tokens alone [default: the secret of all]
        account_jwt_secret: SecretString, Secret, "SECRET", parse::jwt_secret;
        /// HS256 secret of client tokens alone [default: the secret of all]
        client_jwt_secret: SecretString, Secret, "SECRET", parse::jwt_secret;
        /// HS256 secret of tenant tokens alone [default: the secret of all]
        tenant_jwt_secret: SecretString, Secret, "SECRET", parse::jwt_secret;
        /// PKCS#8 PEM of the ES256 key pair of users tokens [default: generated]
        users_signing_key: SecretString, Secret, "PEM", parse::text;
        /// Master keys of sensitive values, between commas, the current one first [default: generated]
        master_key: SecretString, Secret, "KEYS", parse::text;
        /// JWKS file or https URL of an outside issuer of account tokens [default: none]
        account_jwks: String, Url, "FILE|URL", parse::text;
        /// Issuer that account tokens must name [default: any]
        account_issuer: String, Plain, "NAME", parse::text;
        /// Audience that account tokens must name [default: any]
        account_audience: String, Plain, "NAME", parse::text;
        /// JWKS file or https URL of an outside issuer of users tokens [default: none]
        users_jwks: String, Url, "FILE|URL", parse::text;
        /// Issuer that users tokens must name [default: any]
        users_issuer: String, Plain, "NAME", parse::text;
        /// Audience that users tokens must name [default: users]
        users_audience: String, Plain, "NAME", parse::text;
        /// JWKS file or https URL of an outside issuer of client tokens [default: none]
        client_jwks: String, Url, "FILE|URL", parse::text;
        /// Issuer that client tokens must name [default: any]
        client_issuer: String, Plain, "NAME", parse::text;
        /// Audience that client tokens must name [default: authenticated]
        client_audience: String, Plain, "NAME", parse::text;
        /// JWKS file or https URL of an outside issuer of tenant tokens [default: none]
        tenant_jwks: String, Url, "FILE|URL", parse::text;
        /// Issuer that tenant tokens must name [default: any]
        tenant_issuer: String, Plain, "NAME", parse::text;
        /// Audience that tenant tokens must name [default: any]
        tenant_audience: String, Plain, "NAME", parse::text;
        /// A caller whose x-client-id is this key is not limited [default: none]
        client_rl_exclusion_key: SecretString, Secret, "KEY", parse::text;
        /// A service that returns what users hold, at `URL/{user_id}` [default: what was imported]
        balances_url: String, Url, "URL", parse::text;
        /// How to log [default: text on a terminal, else json]
        log_format: LogFormat, Plain, "text|json", parse::log_format;
        /// An instant that fixes the clock, for tests only
        clock: DateTime<Utc>, Plain, "RFC3339", parse::instant;
    }
}

impl Settings {
    /// Reads the file that `flags` or the environment name, the environment and the flags.
    pub fn load(flags: Flags) -> Result<Self, SettingsError> {
        read(Layers::new(flags, |name| std::env::var_os(name)))
    }

    /// What URLs in answers begin with: as set, else the listen address.
    #[must_use]
    pub fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.bind))
    }

    /// The folder of generated keys: as set, else beside the embedded database, so that the two are found together.
    #[must_use]
    pub fn keys_dir(&self) -> PathBuf {
        let beside = || Some(self.embedded_path()?.parent()?.join("keys"));
        self.keys_dir.clone().or_else(beside).unwrap_or_else(|| PathBuf::from("profile-data/keys"))
    }
}

#[cfg(test)]
mod tests;
