//! The command line, as its help shows it.

use std::{
    io::{Write as _, stdout},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use chrono::{DateTime, Utc};
use clap::{ArgMatches, Args, CommandFactory as _, FromArgMatches, Parser, Subcommand};
use uuid::Uuid;

pub use crate::copy::CopyArgs;
pub use crate::key_cli::{ApiKeyAction, MasterKeyAction, NewKey, SigningKeyAction};
pub use crate::operator_cli::{NewOperatorKeyArgs, OperatorAction, OperatorKeyAction};
pub use crate::subscription_cli::{NewSubscriptionArgs, SubscriptionAction};
pub use crate::verify::Against;
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
    format!("{}\nKeys:\n{keys}\n{}", settings::page(), settings::EXAMPLES)
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
        /// How often the log gets a checkpoint, if something has changed; tests do not wait for a minute
        #[arg(long, hide = true, default_value = "1m", value_parser = humantime::parse_duration)]
        checkpoint_interval: Duration,
        /// How often values that are too old are removed; tests do not wait for hours
        #[arg(long, hide = true, default_value = "6h", value_parser = humantime::parse_duration)]
        retention_interval: Duration,
    },
    /// Apply pending migrations
    #[command(
        after_help = "Examples:\n  profile migrate\n  profile migrate --check || echo 'not up to date'\n  \
                      profile migrate --distribute --database-url postgres://coordinator/profile"
    )]
    Migrate {
        /// Only say whether any is pending, with exit code 1 if so
        #[arg(long)]
        check: bool,
        /// Then spread the tables over the machines of a Citus cluster; what is spread already is left as it is
        #[arg(long, conflicts_with = "check")]
        distribute: bool,
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
    /// Export a person, or everything, as a zip archive: rows that `profile import` reads, changes, and media
    #[command(after_help = "\
The archive has sensitive values in clear, and the export is among the accesses. To have the
records elsewhere, unpack it and import its records.ndjson. No row has a password or an API key, or
sets the picture of a user or client.

Examples:
  profile export --person 01958f3a-2b1c-7d40-9e21-5c0a7b3f1e66 zoe.zip --reason 'ticket 4711'
  profile export --all everything.zip
  unzip everything.zip -d moved && profile import moved/records.ndjson")]
    Export(ExportArgs),
    /// Copy every record with its history to another database, SQLite or PostgreSQL; nobody serves either meanwhile
    #[command(after_help = "\
A copy that was interrupted is finished by the same command, and until then its target is not served. Keys are not copied:
whoever serves the target needs those of the source. Media stay where they are without --media-to.

Examples:
  profile copy --to postgres://profile@db/profile
  profile copy --from postgres://profile@db/profile --to sqlite://profile-data/profile.db
  profile copy --to postgres://profile@db/profile --media-to s3://bucket/media")]
    Copy(CopyArgs),
    /// Save an embedded store with its media and keys in one file, sealed with a passphrase, while it is served
    #[command(after_help = "\
Examples:
  PROFILE_BACKUP_PASSPHRASE_FILE=passphrase profile backup /backups/monday.profile")]
    Backup {
        /// The file; one that exists is kept
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Restore a backup to the database, media and keys of the settings, where no database exists
    #[command(after_help = "\
Examples:
  PROFILE_BACKUP_PASSPHRASE_FILE=passphrase profile restore /backups/monday.profile
  profile verify")]
    Restore {
        /// What `profile backup` has written
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Erase again what an older backup has brought back
    #[command(after_help = "\
A person of whom nothing is left stays as they are, so the same file may be given again. A line that cannot be carried out, or
that this service has not signed, is reported, and the exit code is 1.

Examples:
  profile erase --receipts receipts.ndjson")]
    Erase {
        /// The receipts of the erasures, one a line; - for standard input
        #[arg(long, value_name = "FILE")]
        receipts: PathBuf,
        /// Verify their signatures with these public keys [default: those that the database knows]
        #[arg(long, value_name = "FILE")]
        jwks: Option<PathBuf>,
    },
    /// Remove the values of changes that are older than `PROFILE_RETENTION` keeps them; servers do so every few hours
    #[command(after_help = "\
The log still verifies, and the records stay as they are. What a hold keeps stays.

Examples:
  PROFILE_RETENTION=account=365d,client=7y profile retention --dry-run
  profile retention")]
    Retention {
        /// Only say how many changes that are
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
    #[command(after_help = "Examples:\n  profile search rebuild")]
    Search {
        /// What to do.
        #[command(subcommand)]
        action: SearchAction,
    },
    /// Fold the log of changes and compare it with every record and every checkpoint; exit code 1 if they differ
    #[command(after_help = "\
Each difference is one line on standard error: the kind of record, its key, what is wrong. May run beside servers. Who can write
to the database can also rewrite its checkpoints: keep some elsewhere, and the public keys of /operator/jwks.json.

Examples:
  profile verify --against checkpoints.json --jwks jwks.json")]
    Verify(Against),
    /// Print a token of this service's own
    #[command(after_help = "\
Examples:
  profile token account-user --login 70021
  curl -H \"Authorization: $(profile token account-customer --customer 42)\" \\
    http://127.0.0.1:8080/customer/me")]
    Token {
        /// How long it is valid
        #[arg(long, global = true, default_value = "1h", value_parser = humantime::parse_duration)]
        ttl: Duration,
        /// Whose.
        #[command(subcommand)]
        kind: TokenCommand,
    },
    /// Make, list and revoke API keys
    #[command(after_help = "Examples:\n  profile api-key list")]
    ApiKey {
        /// What to do.
        #[command(subcommand)]
        action: ApiKeyAction,
    },
    /// Make, list and revoke keys of the operator API
    #[command(after_help = "Examples:\n  profile operator key create --name support-desk --role support")]
    Operator {
        /// What to do.
        #[command(subcommand)]
        action: OperatorAction,
    },
    /// Make an operator key for 12 hours and print a link that signs in to the console with it, once, within 10 minutes
    #[command(after_help = "Examples:\n  profile console-link --role support --name 'Zoë, support desk'")]
    ConsoleLink {
        /// What its holder may do; each role may do what those before it may
        #[arg(long, value_name = "ROLE", value_parser = ["reader", "support", "privacy", "admin"])]
        role: String,
        /// What people call the key
        #[arg(long, value_name = "NAME", value_parser = crate::operator_cli::key_name)]
        name: String,
    },
    /// Make, list, test and replay subscriptions, and replace their secrets
    #[command(after_help = "Examples:\n  profile subscription list")]
    Subscription {
        /// What to do.
        #[command(subcommand)]
        action: SubscriptionAction,
    },
    /// Rotate the master key that sensitive values are sealed under
    #[command(after_help = "Examples:\n  profile master-key rotate")]
    MasterKey {
        /// What to do.
        #[command(subcommand)]
        action: MasterKeyAction,
    },
    /// Rotate the key pair that users tokens are signed with
    #[command(after_help = "Examples:\n  profile signing-key rotate")]
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

/// What to export, and where to.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The person whose records, changes and media are exported
    #[arg(long, value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
    pub person: Option<Uuid>,
    /// Everything that is stored
    #[arg(long)]
    pub all: bool,
    /// The archive; one that exists is kept
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Why, for the accesses
    #[arg(long)]
    pub reason: Option<String>,
    /// Replace a file that exists
    #[arg(long)]
    pub force: bool,
}

/// What to do with the search of people.
#[derive(Debug, Subcommand)]
pub enum SearchAction {
    /// Make the search anew from the log of changes, while servers run; until it is done not everybody is found
    #[command(after_help = "Examples:\n  profile search rebuild")]
    Rebuild,
}
