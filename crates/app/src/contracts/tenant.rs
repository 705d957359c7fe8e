//! The tenant contract: tokens of members.

use std::{sync::Arc, time::Duration};

use clap::{ArgMatches, FromArgMatches as _, Subcommand};
use profile_identity::{TenantTokens, Verifier};
use profile_usecases::Ports;

use super::{Contract, Guest, Signing, StateParts, TokenSettings};

pub(super) const CONTRACT: Contract = Contract {
    name: "tenant",
    signing: Signing::Secret,
    audience: None,
    own_settings: &[],
    with_settings: |tokens, _| Some(Box::new(Tenant(tokens))),
    add_token_commands: TokenCommand::augment_subcommands,
    has_token_command: TokenCommand::has_subcommand,
};

/// A member of the demo data, and their tenant.
const MEMBER: i32 = 90;
const TENANT: i32 = 7;

/// Whose token.
#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// For a member of a workspace; with a tenant, for that one
    #[command(after_help = "Examples:\n  profile token tenant --user 90 --tenant 7")]
    Tenant {
        /// The member
        #[arg(long, value_name = "N")]
        user: i32,
        /// The tenant
        #[arg(long, value_name = "N")]
        tenant: Option<i32>,
    },
}

struct Tenant(TokenSettings);

impl Guest for Tenant {
    fn tokens(&self) -> &TokenSettings {
        &self.0
    }

    fn issue(&self, verifier: Verifier, command: &ArgMatches, ttl: Duration) -> anyhow::Result<String> {
        let TokenCommand::Tenant { user, tenant } = TokenCommand::from_arg_matches(command)?;
        Ok(TenantTokens::new(verifier).issue(user, tenant, ttl)?)
    }

    fn demo(&self, url: &str, verifier: Verifier, ttl: Duration) -> anyhow::Result<String> {
        let member = TenantTokens::new(verifier).issue(MEMBER, Some(TENANT), ttl)?;
        Ok(format!(
            "tenant: a member changes the own name, and sees who else is there\n\n\
             curl -X PUT {url}/api/sys/v1/account/update_profile -H 'Authorization: Bearer {member}' \\\n  \
             -H 'Content-Type: application/json' -d '{{\"given_name\":\"Mira\",\"language\":{{\"id\":2}}}}'\n\n\
             curl {url}/api/acme/v1/users -H 'Authorization: Bearer {member}'\n"
        ))
    }

    fn open(&self, verifier: Verifier, _core: &Ports, parts: &mut StateParts) {
        parts.tenant = Some(Arc::new(TenantTokens::new(verifier)));
    }
}
