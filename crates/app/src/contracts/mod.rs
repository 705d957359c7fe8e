//! The contracts that the program serves, and what each brings with it: settings, tokens, demo requests.
//!
//! A further contract is a file beside this one and a line in [`ALL`]; what its endpoints need is a member of
//! [`StateParts`].

mod account;
mod client;
mod tenant;
mod tokens;
mod users;

use std::{sync::Arc, time::Duration};

use clap::{ArgMatches, Command};
use profile_http::ClientSettings;
use profile_identity::Verifier;
use profile_ports::{AccountIdentity, TenantIdentity, UsersIdentity};
use profile_usecases::Ports;

pub(crate) use self::tokens::{Signing, TokenSettings};
use crate::settings::{Layers, Setting};

/// Every contract, in the order in which they are shown.
pub(crate) const ALL: [&Contract; 4] =
    [&account::CONTRACT, &users::CONTRACT, &client::CONTRACT, &tenant::CONTRACT];

/// A contract, before its settings are read.
pub(crate) struct Contract {
    /// Its name in paths, documents and settings.
    pub(crate) name: &'static str,
    /// What the service signs its own tokens with.
    pub(crate) signing: Signing,
    /// The audience that tokens must name where no other is set.
    pub(crate) audience: Option<&'static str>,
    /// Its settings besides those of its tokens.
    pub(crate) own_settings: &'static [Setting],
    /// Reads its settings, of which those of its tokens are read already.
    pub(crate) with_settings: fn(TokenSettings, &mut Layers) -> Option<Box<dyn Guest>>,
    /// Adds its commands to those of `profile token`.
    pub(crate) add_token_commands: fn(Command) -> Command,
    /// Whether a command of this name below `profile token` is its own.
    pub(crate) has_token_command: fn(&str) -> bool,
}

impl Contract {
    /// Returns all its settings.
    pub(crate) fn settings(&self) -> Vec<Setting> {
        let mut settings = tokens::settings(self.signing, self.audience);
        settings.extend(self.own_settings);
        settings
    }

    /// Reads its settings; what is wrong is reported by the layers at the end.
    pub(crate) fn read(&self, layers: &mut Layers) -> Option<Box<dyn Guest>> {
        let tokens = TokenSettings::read(self, layers)?;
        (self.with_settings)(tokens, layers)
    }
}

/// A contract with its settings.
pub(crate) trait Guest {
    /// The settings of its tokens.
    fn tokens(&self) -> &TokenSettings;

    /// Issues the token that a command below `profile token` asks for.
    fn issue(&self, verifier: Verifier, command: &ArgMatches, ttl: Duration) -> anyhow::Result<String>;

    /// Returns requests to the service at `url`, over the demo data, to be pasted into a shell.
    fn demo(&self, url: &str, verifier: Verifier, ttl: Duration) -> anyhow::Result<String>;

    /// Adds what its endpoints need besides the use cases.
    fn open(&self, verifier: Verifier, ports: &Ports, parts: &mut StateParts);
}

/// The members of [`profile_http::State`] that contracts bring, each as soon as its contract is opened.
#[derive(Default)]
pub(crate) struct StateParts {
    pub(crate) account: Option<Arc<dyn AccountIdentity>>,
    pub(crate) users: Option<Arc<dyn UsersIdentity>>,
    pub(crate) client: Option<ClientSettings>,
    pub(crate) tenant: Option<Arc<dyn TenantIdentity>>,
}

/// Names of all that has an OpenAPI document: the contracts, and the operator API.
pub(crate) fn documented() -> Vec<&'static str> {
    ALL.iter().map(|contract| contract.name).chain([profile_usecases::operator::OPERATOR]).collect()
}
