//! The settings as flags of every command.

use std::{collections::BTreeMap, path::PathBuf};

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, error::Error, value_parser};

use super::rows;

/// What the command line says about settings.
#[derive(Debug, Default)]
pub struct Flags {
    /// The settings file.
    pub(super) config: Option<PathBuf>,
    /// Values by the name of their setting.
    pub(super) values: BTreeMap<String, String>,
}

const CONFIG: &str = "config";

/// A flag for each setting: the value, or for a secret the file that holds it. They are flags of every command, so help shows
/// them on a page of their own.
fn flags() -> impl Iterator<Item = Arg> {
    rows().into_iter().map(|row| {
        let (name, value) = row.flag();
        Arg::new(name.clone()).long(name.replace('_', "-")).value_name(value).global(true).hide(true)
    })
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        let config = Arg::new(CONFIG)
            .long(CONFIG)
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .global(true)
            .hide(true);
        command.arg(config).args(flags())
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let values = flags().filter_map(|flag| {
            let name = flag.get_id().as_str().to_owned();
            let value = matches.get_one::<String>(&name)?.clone();
            Some((name, value))
        });
        Ok(Self { config: matches.get_one::<PathBuf>(CONFIG).cloned(), values: values.collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
