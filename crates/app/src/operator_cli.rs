//! The command line of `profile operator`, as its help shows it.

use std::time::Duration;

use clap::{Args, Subcommand};
use ipnet::IpNet;
use profile_domain::{
    network::parse_network,
    operator::{MAX_LABEL_CHARS, OperatorKeyId, check_label},
};

/// What to do for operators.
#[derive(Debug, Subcommand)]
pub enum OperatorAction {
    /// Make, list and revoke operator keys
    #[command(after_help = "Examples:\n  profile operator key list")]
    Key {
        /// What to do.
        #[command(subcommand)]
        action: OperatorKeyAction,
    },
}

/// What to do with operator keys.
#[derive(Debug, Subcommand)]
pub enum OperatorKeyAction {
    /// Make an operator key and print it, once; only its hash is stored. Its id goes to standard error
    #[command(after_help = "\
Examples:
  profile operator key create --name support-desk --role support
  profile operator key create --name audit --role privacy --expires-in 90d --cidr 10.0.0.0/8")]
    Create(NewOperatorKeyArgs),
    /// List operator keys: id, name, role, expiry, created, last used, revoked, with tabs between
    #[command(after_help = "Examples:\n  profile operator key list")]
    List {
        /// As a JSON list
        #[arg(long)]
        json: bool,
    },
    /// Revoke an operator key for good, from the next request on
    #[command(after_help = "Examples:\n  profile operator key revoke opk_7fK2mQ9xLd4TzB")]
    Revoke {
        /// The id of the key
        #[arg(value_name = "opk_…", value_parser = |id: &str| OperatorKeyId::try_from(id))]
        id: OperatorKeyId,
    },
}

/// An operator key to be made.
#[derive(Debug, Args)]
pub struct NewOperatorKeyArgs {
    /// What people call it
    #[arg(long, value_name = "NAME", value_parser = key_name)]
    pub name: String,
    /// What it may do; each role may do what those before it may
    #[arg(long, value_name = "ROLE", value_parser = ["reader", "support", "privacy", "admin"])]
    pub role: String,
    /// How long it is valid [default: without end]
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub expires_in: Option<Duration>,
    /// From where it may be used [default: anywhere]; may be repeated
    #[arg(long, value_name = "NETWORK", value_parser = parse_network)]
    pub cidr: Vec<IpNet>,
}

/// Reads the name of a key as it is stored.
pub(crate) fn key_name(text: &str) -> Result<String, String> {
    let name = text.trim();
    let is_name = !name.is_empty() && check_label(name).is_ok();
    let rule = || format!("must have 1 to {MAX_LABEL_CHARS} characters, and no control characters");
    is_name.then(|| name.to_owned()).ok_or_else(rule)
}
