//! What the command line takes for the keys of the service and of callers.

use std::time::Duration;

use clap::{Args, Subcommand};
use ipnet::IpNet;
use profile_domain::{
    network::parse_network,
    users::{KeyId, KeyOwner, VersionDate},
};

/// What to do with master keys.
#[derive(Debug, Subcommand)]
pub enum MasterKeyAction {
    /// Make a new master key and wrap the key of every person under it, while servers run
    #[command(after_help = "\
The master keys before the new one stay readable until they are forgotten. Where PROFILE_MASTER_KEY is set, put the new key
before the old one there first, separated by a comma, and start the servers again; then this wraps everything under it.

Examples:
  profile master-key rotate")]
    Rotate,
    /// Forget an old master key, once nothing is wrapped under it and every server holds the current one
    #[command(after_help = "Examples:\n  profile master-key forget 0b5c1f0e7aQ")]
    Forget {
        /// The name of the key, as a rotation prints it
        #[arg(allow_hyphen_values = true)]
        id: String,
    },
}

/// What to do with the key pair of users tokens.
#[derive(Debug, Subcommand)]
pub enum SigningKeyAction {
    /// Make a new key pair; the old one stays in the JWKS as long as its tokens are valid
    #[command(after_help = "\
Where PROFILE_USERS_SIGNING_KEY is set, put the new PEM block before the old one there first, and start the servers again.

Examples:
  profile signing-key rotate")]
    Rotate,
}

/// What to do with API keys.
#[derive(Debug, Subcommand)]
pub enum ApiKeyAction {
    /// Make an API key and print it, once; only its hash is stored. Its id goes to standard error
    #[command(after_help = "\
Examples:
  profile api-key create --owner biz_9QeRtYu2IoPlKj --permission user:profile:update
  profile api-key create --owner app_4hTq81LmZp0Va --expires-in 90d --cidr 10.0.0.0/8")]
    Create(NewKey),
    /// List API keys: id, owner, permissions, expiry, created, revoked, with tabs between
    #[command(after_help = "Examples:\n  profile api-key list --owner biz_9QeRtYu2IoPlKj")]
    List {
        /// Only those of this business or app
        #[arg(long, value_name = "biz_…|app_…", value_parser = owner)]
        owner: Option<KeyOwner>,
    },
    /// Revoke an API key for good, from the next request on
    #[command(after_help = "Examples:\n  profile api-key revoke apik_0b5c1f0e7a4444")]
    Revoke {
        /// The id of the key
        #[arg(value_name = "apik_…", value_parser = |id: &str| KeyId::try_from(id))]
        id: KeyId,
    },
}

/// An API key to be made.
#[derive(Debug, Args)]
pub struct NewKey {
    /// Whose it is: a business or an app
    #[arg(long, value_name = "biz_…|app_…", value_parser = owner)]
    pub owner: KeyOwner,
    /// What it is for; may be repeated
    #[arg(long, value_name = "NAME")]
    pub permission: Vec<String>,
    /// The version that counts where a request names none [default: the newest]
    #[arg(long, value_name = "DATE", value_parser = |date: &str| VersionDate::try_from(date))]
    pub version_date: Option<VersionDate>,
    /// How long it is valid [default: without end]
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub expires_in: Option<Duration>,
    /// From where it may be used [default: anywhere]; may be repeated
    #[arg(long, value_name = "NETWORK", value_parser = parse_network)]
    pub cidr: Vec<IpNet>,
}

fn owner(id: &str) -> Result<KeyOwner, &'static str> {
    KeyOwner::parse(id).ok_or("an owner is a business (biz_…) or an app (app_…)")
}
