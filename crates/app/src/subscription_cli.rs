//! The command line of `profile subscription`, as its help shows it.

use std::time::Duration;

use clap::{Args, Subcommand};
use profile_domain::position::parse_position;
use uuid::Uuid;

/// What to do with subscriptions.
#[derive(Debug, Subcommand)]
pub enum SubscriptionAction {
    /// Have changes sent to a target and print the secret that signs them, once. The id goes to standard error
    #[command(after_help = "\
Examples:
  profile subscription create --url https://hooks.example.com/profile
  profile subscription create --name ledger --url https://hooks.example.com/l --kind account --values public")]
    Create(NewSubscriptionArgs),
    /// List subscriptions: id, name, status, position, failing since, target, with tabs between
    #[command(after_help = "Examples:\n  profile subscription list\n  profile subscription list --json")]
    List {
        /// As a JSON list
        #[arg(long)]
        json: bool,
    },
    /// Send one `profile.test` from this machine now; exit code 1 if it fails
    #[command(after_help = "Examples:\n  profile subscription test sub_7fK2mQ9xLd4TzB")]
    Test {
        /// The id of the subscription
        #[arg(value_name = "sub_…")]
        id: String,
        /// As the operator API answers
        #[arg(long)]
        json: bool,
    },
    /// Send again what is behind a position
    #[command(after_help = "\
Examples:
  profile subscription replay sub_7fK2mQ9xLd4TzB --after 019cb73d-3218-71f7-81a2-b3c4d5e6f708")]
    Replay {
        /// The id of the subscription
        #[arg(value_name = "sub_…")]
        id: String,
        /// The position: the id of a change
        #[arg(long, value_name = "POSITION", value_parser = position)]
        after: Uuid,
    },
    /// Replace the secret and print the new one, once; the old one signs, too, for a while
    #[command(after_help = "\
Examples:
  profile subscription rotate sub_7fK2mQ9xLd4TzB
  profile subscription rotate sub_7fK2mQ9xLd4TzB --keep-old 0s")]
    Rotate {
        /// The id of the subscription
        #[arg(value_name = "sub_…")]
        id: String,
        /// For how long the old secret signs, too; at most 7d
        #[arg(long, value_name = "DURATION", default_value = "1d", value_parser = humantime::parse_duration)]
        keep_old: Duration,
    },
}

/// A subscription to be made.
#[derive(Debug, Args)]
pub struct NewSubscriptionArgs {
    /// Where changes are sent to
    #[arg(long, value_name = "URL")]
    pub url: String,
    /// What people call it [default: nothing]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Only changes of this kind; may be repeated
    #[arg(long, value_name = "KIND")]
    pub kind: Vec<String>,
    /// Only changes that touch this field; may be repeated
    #[arg(long, value_name = "FIELD")]
    pub field: Vec<String>,
    /// No changes by this actor
    #[arg(long, value_name = "ACTOR")]
    pub not_actor: Option<String>,
    /// Which values are sent
    #[arg(long, value_name = "VALUES", default_value = "none", value_parser = ["none", "public", "personal"])]
    pub values: String,
    /// Where to begin: a position, `latest` or `beginning`
    #[arg(long, value_name = "POSITION", default_value = "latest")]
    pub after: String,
}

fn position(text: &str) -> Result<Uuid, &'static str> {
    parse_position(text).ok_or("it is no id of a change")
}
