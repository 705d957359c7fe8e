//! The client contract: tokens of clients and of staff, refused countries, and the key that lifts the rate limit.

use std::{sync::Arc, time::Duration};

use clap::{ArgMatches, FromArgMatches as _, Subcommand};
use profile_http::ClientSettings;
use profile_identity::{CLIENT_AUDIENCE, ClientTokens, Verifier};
use profile_ports::Purpose;
use profile_usecases::Ports;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::{Uuid, uuid};

use super::{Contract, Guest, Signing, StateParts, TokenSettings};
use crate::settings::{Section as _, parse, settings};

pub(super) const CONTRACT: Contract = Contract {
    name: "client",
    signing: Signing::Secret,
    audience: Some(CLIENT_AUDIENCE),
    own_settings: Own::SETTINGS,
    with_settings: |tokens, layers| {
        let own = Own::read(layers, Some(tokens.contract))?;
        Some(Box::new(Client { tokens, own }))
    },
    add_token_commands: TokenCommand::augment_subcommands,
    has_token_command: TokenCommand::has_subcommand,
};

settings! {
    /// The settings of the client contract alone.
    pub(super) struct Own;
    required {
        /// Codes of countries whose residents cannot become clients, between commas
        restricted_countries: Vec<String> = "", Plain, "CODES", parse::countries;
    }
    optional {
        /// A caller whose x-client-id is this key is not limited
        rl_exclusion_key: SecretString, "none", Secret, "KEY", parse::text;
    }
}

/// A client of the demo data.
const CLIENT: Uuid = uuid!("5b2f6a3e-8f0d-4c56-9f6e-6a1f3c0d7b21");

/// Whose token.
#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// For a client of the broker
    #[command(after_help = "Examples:\n  profile token client --sub 5b2f6a3e-8f0d-4c56-9f6e-6a1f3c0d7b21")]
    Client {
        /// The client
        #[arg(long, value_name = "UUID")]
        sub: Uuid,
    },
    /// For a member of staff, who acts for one client
    #[command(after_help = "\
Examples:
  profile token client-staff --staff ann --client 5b2f6a3e-8f0d-4c56-9f6e-6a1f3c0d7b21")]
    ClientStaff {
        /// Who, as the records will name them
        #[arg(long, value_name = "NAME")]
        staff: String,
        /// The client
        #[arg(long, value_name = "UUID")]
        client: Uuid,
    },
}

struct Client {
    tokens: TokenSettings,
    own: Own,
}

impl Guest for Client {
    fn tokens(&self) -> &TokenSettings {
        &self.tokens
    }

    fn issue(&self, verifier: Verifier, command: &ArgMatches, ttl: Duration) -> anyhow::Result<String> {
        let tokens = ClientTokens::new(verifier);
        Ok(match TokenCommand::from_arg_matches(command)? {
            TokenCommand::Client { sub } => tokens.issue_for_client(sub, ttl)?,
            TokenCommand::ClientStaff { staff, client } => tokens.issue_for_staff(&staff, client, ttl)?,
        })
    }

    fn demo(&self, url: &str, verifier: Verifier, ttl: Duration) -> anyhow::Result<String> {
        let client = ClientTokens::new(verifier).issue_for_client(CLIENT, ttl)?;
        Ok(format!(
            "client: a client reads the own profile, and moves house\n\n\
             curl {url}/client/profile -H 'Authorization: {client}'\n\n\
             curl -X PUT {url}/client/address -H 'Authorization: {client}' -H 'Content-Type: application/json' \\\n  \
             -d '{{\"address_line_1\":\"2 Mill Lane\",\"state_province\":\"Munster\",\"city\":\"Cork\",\"zip_postal_code\":\"T12 X4Y7\"}}'\n"
        ))
    }

    fn open(&self, verifier: Verifier, ports: &Ports, parts: &mut StateParts) {
        let hash = |key: &SecretString| ports.keyed_hash.hash(Purpose::ExclusionKey, key.expose_secret());
        parts.client = Some(ClientSettings {
            identity: Arc::new(ClientTokens::new(verifier)),
            exclusion_key_hash: self.own.rl_exclusion_key.as_ref().map(hash),
            restricted: self.own.restricted_countries.clone(),
        });
    }
}
