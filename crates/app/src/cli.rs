//! The command line, as its help shows it.

use std::{
    io::{Write as _, stdout},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use chrono::{DateTime, Utc};
use clap::{ArgMatches, Args, CommandFactory as _, FromArgMatches, Parser, Subcommand};
use ipnet::IpNet;
use profile_domain::network::parse_network;

pub use crate::operator_cli::{NewOperatorKeyArgs, OperatorAction, OperatorKeyAction};
use crate::{
    contracts::{self, Contract},
    keys::Adopt,
    settings::{self, Flags},
};

/// A self-hosted profile service: people's profiles over established HTTP contracts.
#[derive(Debug, Parser)]
#[command(
    name = "profile",
    version,
    propagate_version = true,
    after_help = "\
Examples:
  profile serve --demo
  profile import accounts.ndjson --dry-run
  profile token account-user --login 70021
  PROFILE_DATABASE_URL=postgres://profile@db/profile profile serve"
)]
pub struct Cli {
    /// Settings as flags.
    #[command(flatten)]
    pub flags: Flags,
    /// What to do about keys that the database does not know.
    #[command(flatten)]
    pub adopt: Adopt,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The last line of every command's help.
const POINTER: &str = "Settings and keys, which every command takes: profile help settings";

/// Returns the command line; each command shows its own options, and where those of all commands are.
#[must_use]
pub fn command() -> clap::Command {
    with_pointer(Cli::command())
}

fn with_pointer(command: clap::Command) -> clap::Command {
    let examples = command.get_after_help().map(|help| format!("{help}\n\n")).unwrap_or_default();
    command.after_help(format!("{examples}{POINTER}")).mut_subcommands(with_pointer)
}

/// Reads the command line of this process, and ends it where that is wrong or asks for help.
#[must_use]
pub fn parse() -> Cli {
    Cli::from_arg_matches(&command().get_matches()).unwrap_or_else(|error| error.exit())
}

/// The settings, and the options about keys, which every command takes as well.
fn settings_page() -> String {
    let keys = Adopt::augment_args(clap::Command::new("keys"));
    let option = |option: &clap::Arg| {
        let help = option.get_help().map(ToString::to_string).unwrap_or_default();
        format!("  --{}\n      {help}\n", option.get_long().unwrap_or_default())
    };
    let keys: String = keys.get_arguments().map(option).collect();
    format!("{}\nKeys:\n{keys}", settings::page())
}

/// `profile settings`: prints the page.
pub(crate) fn print_settings() -> anyhow::Result<ExitCode> {
    write!(stdout(), "{}", settings_page())?;
    Ok(ExitCode::SUCCESS)
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Bring the schema up to date and serve until SIGTERM or SIGINT
    #[command(after_help = "Examples:\n  profile serve\n  profile serve --demo --bind 127.0.0.1:9000")]
    Serve {
        /// First load a small data set, once, and print requests to paste
        #[arg(long)]
        demo: bool,
    },
    /// Apply pending migrations
    #[command(
        after_help = "Examples:\n  profile migrate\n  profile migrate --check || echo 'not up to date'"
    )]
    Migrate {
        /// Only say whether any is pending, with exit code 1 if so
        #[arg(long)]
        check: bool,
    },
    /// Import records from newline-delimited JSON; the same file again changes nothing
    #[command(after_help = "\
Example line:
  {\"kind\":\"account\",\"login\":70021,\"name\":\"Zoë Lindqvist\",\"balance\":910.25}

A row whose key exists is compared and changed only where it says something else; what it leaves out stays.")]
    Import {
        /// The file; - for standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Check everything, write nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Find people by what identifies them or by parts of their names; exit code 1 if nobody is found
    #[command(after_help = "\
A server that runs keeps the search up to date.

Examples:
  profile find zoe@example.test
  profile find 'lind zo' --json")]
    Find {
        /// A key, e-mail address, username, phone, or words of a name
        text: String,
        /// As the operator API answers
        #[arg(long)]
        json: bool,
    },
    /// Show a record, without its sensitive values
    #[command(after_help = "\
Examples:
  profile show account 70021
  profile show user user_4hTq81LmZp0Va --as-of 2026-03-04T05:06:07Z --json")]
    Show {
        /// The kind of the record
        kind: String,
        /// Its key; the two parts of one have a colon between them
        key: String,
        /// As it was at this moment
        #[arg(long, value_name = "TIME")]
        as_of: Option<DateTime<Utc>>,
        /// As the operator API answers
        #[arg(long)]
        json: bool,
    },
    /// Show every change of a record, the newest first, also of one that has ended
    #[command(after_help = "Examples:\n  profile history account 70021\n  profile history member 90 --json")]
    History {
        /// The kind of the record
        kind: String,
        /// Its key; the two parts of one have a colon between them
        key: String,
        /// As the operator API answers
        #[arg(long)]
        json: bool,
    },
    /// Look after the search of people
    Search {
        /// What to do.
        #[command(subcommand)]
        action: SearchAction,
    },
    /// Fold the log of changes and compare it with every record; exit code 1 if they differ
    #[command(after_help = "\
Each difference is one line on standard error: the kind of record, its key, what is wrong. May run beside servers.

Examples:
  profile verify")]
    Verify,
    /// Print a token of this service's own
    #[command(after_help = "\
Examples:
  profile token account-user --login 70021
  curl -H \"Authorization: $(profile token account-customer --customer 42)\" http://127.0.0.1:8080/customer/me")]
    Token {
        /// How long it is valid
        #[arg(long, global = true, default_value = "1h", value_parser = humantime::parse_duration)]
        ttl: Duration,
        /// Whose.
        #[command(subcommand)]
        kind: TokenCommand,
    },
    /// Make, list and revoke API keys
    ApiKey {
        /// What to do.
        #[command(subcommand)]
        action: ApiKeyAction,
    },
    /// Make, list and revoke keys of the operator API
    Operator {
        /// What to do.
        #[command(subcommand)]
        action: OperatorAction,
    },
    /// Rotate the master key that sensitive values are sealed under
    MasterKey {
        /// What to do.
        #[command(subcommand)]
        action: MasterKeyAction,
    },
    /// Rotate the key pair that users tokens are signed with
    SigningKey {
        /// What to do.
        #[command(subcommand)]
        action: SigningKeyAction,
    },
    /// Print the effective settings, and where each comes from
    #[command(after_help = "Examples:\n  profile config\n  profile config --json --config profile.toml")]
    Config {
        /// As a JSON list
        #[arg(long)]
        json: bool,
    },
    /// List every setting: flag, environment variable, key of the file, default and meaning
    #[command(override_help = settings_page())]
    Settings,
    /// Print the OpenAPI 3.1 document
    #[command(after_help = "Examples:\n  profile openapi --contract account > account.json")]
    Openapi {
        /// Only this contract's
        #[arg(long, value_parser = contracts::documented())]
        contract: Option<String>,
    },
}

/// A command below `profile token`; each contract brings its own.
#[derive(Debug)]
pub struct TokenCommand(ArgMatches);

impl TokenCommand {
    /// The contract whose command it is.
    pub(crate) fn contract(&self) -> Option<&'static Contract> {
        let name = self.0.subcommand_name()?;
        contracts::ALL.into_iter().find(|contract| (contract.has_token_command)(name))
    }

    /// What its contract reads it from.
    pub(crate) const fn matches(&self) -> &ArgMatches {
        &self.0
    }
}

impl Subcommand for TokenCommand {
    fn augment_subcommands(command: clap::Command) -> clap::Command {
        contracts::ALL.iter().fold(command, |command, contract| (contract.add_token_commands)(command))
    }

    fn augment_subcommands_for_update(command: clap::Command) -> clap::Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        contracts::ALL.iter().any(|contract| (contract.has_token_command)(name))
    }
}

impl FromArgMatches for TokenCommand {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self(matches.clone()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

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

/// What to do with the search of people.
#[derive(Debug, Subcommand)]
pub enum SearchAction {
    /// Make the search anew from the log of changes, while servers run; until it is done not everybody is found
    #[command(after_help = "Examples:\n  profile search rebuild")]
    Rebuild,
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
        #[arg(long, value_name = "biz_…|app_…")]
        owner: Option<String>,
    },
    /// Revoke an API key for good, from the next request on
    #[command(after_help = "Examples:\n  profile api-key revoke apik_0b5c1f0e7a4444")]
    Revoke {
        /// The id of the key
        #[arg(value_name = "apik_…")]
        id: String,
    },
}

/// An API key to be made.
#[derive(Debug, Args)]
pub struct NewKey {
    /// Whose it is: a business or an app
    #[arg(long, value_name = "biz_…|app_…")]
    pub owner: String,
    /// What it is for; may be repeated
    #[arg(long, value_name = "NAME")]
    pub permission: Vec<String>,
    /// The version that counts where a request names none [default: the newest]
    #[arg(long, value_name = "DATE")]
    pub version_date: Option<String>,
    /// How long it is valid [default: without end]
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub expires_in: Option<Duration>,
    /// From where it may be used [default: anywhere]; may be repeated
    #[arg(long, value_name = "NETWORK", value_parser = parse_network)]
    pub cidr: Vec<IpNet>,
}
