//! The settings: sections of names, defaults and meanings; read from defaults, the file, the environment and flags.

mod error;
mod flags;
mod layers;
mod page;
pub(crate) mod parse;
mod shown;
mod table;

use std::{ffi::OsString, net::SocketAddr, path::PathBuf, time::Duration};

use chrono::{DateTime, Utc};
use ipnet::IpNet;
use profile_delivery::NatsAddress;
use profile_domain::{operator::Retention, outbound::AllowedTargets};
use secrecy::SecretString;
use url::Url;

pub use error::SettingsError;
pub use flags::Flags;
use layers::Collected;
pub(crate) use layers::{Effective, Layers};
pub(crate) use page::{EXAMPLES, page};
pub use parse::{LogFormat, Precondition, Switch};
pub(crate) use shown::shown_database;
use table::{Rows, rows};

use crate::contracts::{self, Guest};

/// How a value is shown, and where it may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Shown as it is.
    Plain,
    /// Shown without password and query. Refused as a flag with a password in it; may be read from a file.
    Url,
    /// Never shown, never a flag; may be read from a file.
    Secret,
}

/// What counts where a setting is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fallback {
    /// This value.
    Value(&'static str),
    /// No value; says what happens then.
    Unset(&'static str),
}

/// A setting, as its section writes it.
#[derive(Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// What the help calls the value.
    pub(crate) value: &'static str,
    /// What it means; `{contract}` stands for the contract that it belongs to.
    pub(crate) help: &'static str,
    pub(crate) fallback: Fallback,
}

/// Settings that are read together.
pub(crate) trait Section: Sized {
    const SETTINGS: &'static [Setting];

    /// Reads the settings, for `contract` if they belong to one; what is wrong is reported by the layers at the end.
    fn read(layers: &mut Layers, contract: Option<&str>) -> Option<Self>;
}

/// Makes a section: the struct, its settings and the function that reads it, so that a setting is written once.
macro_rules! settings {
    (
        #[doc = $doc:literal] $vis:vis struct $section:ident;
        required { $($(#[doc = $help:literal])+ $name:ident: $type:ty = $default:literal, $kind:ident, $value:literal, $parse:expr;)* }
        optional { $($(#[doc = $o_help:literal])+ $o_name:ident: $o_type:ty, $o_note:literal, $o_kind:ident, $o_value:literal, $o_parse:expr;)* }
    ) => {
        #[doc = $doc]
        $vis struct $section {
            $($(#[doc = $help])+ $vis $name: $type,)*
            $($(#[doc = $o_help])+ $vis $o_name: Option<$o_type>,)*
        }

        impl $crate::settings::Section for $section {
            const SETTINGS: &'static [$crate::settings::Setting] = &[
                $($crate::settings::Setting {
                    name: stringify!($name),
                    kind: $crate::settings::Kind::$kind,
                    value: $value,
                    help: concat!($($help),+),
                    fallback: $crate::settings::Fallback::Value($default),
                },)*
                $($crate::settings::Setting {
                    name: stringify!($o_name),
                    kind: $crate::settings::Kind::$o_kind,
                    value: $o_value,
                    help: concat!($($o_help),+),
                    fallback: $crate::settings::Fallback::Unset($o_note),
                },)*
            ];

            fn read(layers: &mut $crate::settings::Layers, contract: Option<&str>) -> Option<Self> {
                $(let $name = layers.read(contract, stringify!($name), $parse);)*
                $(let $o_name = layers.read(contract, stringify!($o_name), $o_parse);)*
                Some(Self { $($name: $name?,)* $($o_name,)* })
            }
        }
    };
}
pub(crate) use settings;

settings! {
    /// The settings that belong to no contract.
    pub struct General;
    required {
        /// Listen address
        bind: SocketAddr = "127.0.0.1:8080", Plain, "ADDRESS", parse::address;
        /// `sqlite://PATH` or `postgres://…`, which may name several servers between commas
        database_url: SecretString = "sqlite://profile-data/profile.db", Url, "URL", parse::database_url;
        /// Most connections to the database
        database_max_connections: u32 = "16", Plain, "N", parse::positive;
        /// `off` for connection poolers that cannot keep prepared statements
        database_prepared: Switch = "on", Plain, "on|off", parse::switch;
        /// `file://DIR` or `s3://BUCKET/PREFIX`
        media_url: String = "file://profile-data/media", Url, "URL", parse::media_url;
        /// Unattached bytes that one holder, user or client may have stored
        upload_quota: u64 = "200MiB", Plain, "SIZE", parse::bytes;
        /// How long an idle connection stays open
        keep_alive: Duration = "75s", Plain, "DURATION", parse::duration;
        /// How long to serve on after SIGTERM while /readyz says 503
        shutdown_delay: Duration = "0s", Plain, "DURATION", parse::duration;
        /// Networks of reverse proxies whose Forwarded or X-Forwarded-For is believed, between commas
        trusted_proxies: Vec<IpNet> = "", Plain, "NETWORKS", parse::networks;
        /// Origins that may call the contracts from a browser, between commas
        cors_origins: Vec<String> = "", Plain, "ORIGINS", parse::origins;
        /// `off` lifts the rate limits, for measurements
        rate_limit: Switch = "on", Plain, "on|off", parse::switch;
        /// What to log, in tracing's filter syntax
        log: String = "info", Plain, "FILTER", parse::log_filter;
        /// `required`: every change of a record through the operator API says which version it starts from
        operator_precondition: Precondition = "off", Plain, "off|required", parse::precondition;
        /// How long the log keeps the values of changes, by kind and for all others by `default`; `off`: for ever
        retention: Retention = "off", Plain, "off|KIND=TIME,…", parse::retention;
        /// `off`: nothing is sent to subscriptions or NATS, and each keeps its position
        delivery: Switch = "on", Plain, "on|off", parse::switch;
        /// `on`, or networks between commas: webhooks may have targets with private addresses, with `on` also without TLS
        webhook_allow_private: AllowedTargets = "off", Plain, "off|on|NETWORKS", parse::allowed_targets;
    }
    optional {
        /// A standby of the PostgreSQL database, for lists, searches, histories and the feed
        database_replica_url: SecretString, "none", Url, "URL", parse::text;
        /// A listener of its own for the operator API, which then leaves the first one
        operator_bind: SocketAddr, "none", Plain, "ADDRESS", parse::address;
        /// Public URL of the operator API, as its OpenAPI document names it
        operator_url: String, "PROFILE_PUBLIC_URL", Plain, "URL", parse::public_url;
        /// Prefix of URLs in answers
        public_url: String, "http:// and the listen address", Plain, "URL", parse::public_url;
        /// A second listen address for /metrics, which then leaves the first
        metrics_bind: SocketAddr, "none", Plain, "ADDRESS", parse::address;
        /// Most connections of callers at once
        max_connections: usize, "what the limit of open files allows", Plain, "N", parse::positive;
        /// Folder of generated keys
        keys_dir: PathBuf, "keys beside the embedded database, else profile-data/keys", Plain, "DIR", parse::text;
        /// HS256 secret of the tokens of every contract that signs with one
        jwt_secret: SecretString, "generated", Secret, "SECRET", parse::jwt_secret;
        /// Master keys of sensitive values, between commas, the current one first
        master_key: SecretString, "generated", Secret, "KEYS", parse::text;
        /// Seals backups, which hold the keys
        backup_passphrase: SecretString, "none", Secret, "TEXT", parse::text;
        /// A service that returns what users hold, at `URL/{user_id}`
        balances_url: String, "none: imported holdings", Url, "URL", parse::web_url;
        /// How to log
        log_format: LogFormat, "text on a terminal, else json", Plain, "text|json", parse::log_format;
        /// Certificates in PEM that webhooks trust beside those of the machine
        webhook_ca: PathBuf, "none", Plain, "FILE", parse::text;
        /// An http proxy by which webhooks reach their targets
        webhook_proxy: Url, "none", Url, "URL", parse::proxy;
        /// Servers of NATS, between commas, whose JetStream is told of every change
        nats_url: NatsAddress, "none", Url, "URL", parse::nats;
        /// An instant that fixes the clock, for tests only
        clock: DateTime<Utc>, "none", Plain, "RFC3339", parse::instant;
    }
}

/// The effective settings.
pub struct Settings {
    /// Those that belong to no contract.
    pub general: General,
    /// The contracts, each with its own.
    pub(crate) contracts: Vec<Box<dyn Guest>>,
    /// Each setting with its value, as it may be shown, and the place that the value comes from.
    pub(crate) effective: Vec<Effective>,
    /// The files that they were read from, which may hold secrets.
    pub(crate) files: Vec<PathBuf>,
}

impl Settings {
    /// Reads the file that `flags` or the environment name, the environment and the flags.
    pub fn load(flags: Flags) -> Result<Self, SettingsError> {
        Self::of(flags, |name| std::env::var_os(name))
    }

    /// Reads the file that `flags` or `environment` name, `environment` and the flags.
    pub fn of(flags: Flags, environment: impl Fn(&str) -> Option<OsString>) -> Result<Self, SettingsError> {
        let mut layers = Layers::new(flags, environment);
        let general = General::read(&mut layers, None);
        let contracts: Vec<_> = contracts::ALL.iter().map(|contract| contract.read(&mut layers)).collect();
        let Collected { effective, files } = layers.finish()?;
        let (Some(general), Some(contracts)) = (general, contracts.into_iter().collect()) else {
            return Err(SettingsError::default());
        };
        Ok(Self { general, contracts, effective, files })
    }

    /// What URLs in answers begin with: as set, else the listen address.
    #[must_use]
    pub fn public_url(&self) -> String {
        self.general.public_url.clone().unwrap_or_else(|| format!("http://{}", self.general.bind))
    }

    /// What URLs of the operator API begin with: as set, else as in other answers.
    #[must_use]
    pub fn operator_url(&self) -> String {
        self.general.operator_url.clone().unwrap_or_else(|| self.public_url())
    }

    /// The folder of generated keys: as set, else beside the embedded database, so that the two are found together.
    #[must_use]
    pub fn keys_dir(&self) -> PathBuf {
        let beside = || Some(self.embedded_path()?.parent()?.join("keys"));
        self.general.keys_dir.clone().or_else(beside).unwrap_or_else(|| PathBuf::from("profile-data/keys"))
    }
}

#[cfg(test)]
mod tests;
