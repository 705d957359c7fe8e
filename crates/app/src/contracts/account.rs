//! The account contract: tokens of holders and customers.

use std::{sync::Arc, time::Duration};

use clap::{ArgMatches, FromArgMatches as _, Subcommand};
use profile_domain::account::{CustomerId, Login};
use profile_identity::{AccountTokens, Verifier};
use profile_usecases::Ports;

use super::{Contract, Guest, Signing, StateParts, TokenSettings};
use crate::demo;

pub(super) const CONTRACT: Contract = Contract {
    name: "account",
    signing: Signing::Secret,
    audience: None,
    own_settings: &[],
    with_settings: |tokens, _| Some(Box::new(Account(tokens))),
    add_token_commands: TokenCommand::augment_subcommands,
    has_token_command: TokenCommand::has_subcommand,
};

/// The owner of the first account of the demo data.
const CUSTOMER: CustomerId = CustomerId(42);

/// Whose token.
#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// For the holder of a trading account
    #[command(after_help = "Examples:\n  profile token account-user --login 70021 --ttl 8h")]
    AccountUser {
        /// The account
        #[arg(long, value_parser = login)]
        login: Login,
    },
    /// For a customer who owns trading accounts
    #[command(after_help = "Examples:\n  profile token account-customer --customer 42")]
    AccountCustomer {
        /// The customer
        #[arg(long)]
        customer: i64,
    },
}

fn login(text: &str) -> Result<Login, String> {
    let number: i64 = text.parse().map_err(|_| "it is no whole number".to_owned())?;
    Login::try_from(number).map_err(|error| error.to_string())
}

struct Account(TokenSettings);

impl Guest for Account {
    fn tokens(&self) -> &TokenSettings {
        &self.0
    }

    fn issue(&self, verifier: Verifier, command: &ArgMatches, ttl: Duration) -> anyhow::Result<String> {
        let tokens = AccountTokens::new(verifier);
        Ok(match TokenCommand::from_arg_matches(command)? {
            TokenCommand::AccountUser { login } => tokens.issue_for_user(login, ttl)?,
            TokenCommand::AccountCustomer { customer } => {
                tokens.issue_for_customer(CustomerId(customer), ttl)?
            }
        })
    }

    fn demo(&self, url: &str, verifier: Verifier, ttl: Duration) -> anyhow::Result<String> {
        let tokens = AccountTokens::new(verifier);
        let holder = tokens.issue_for_user(Login::try_from(demo::LOGIN)?, ttl)?;
        let customer = tokens.issue_for_customer(CUSTOMER, ttl)?;
        Ok(format!(
            "account: a holder changes the own profile, and a customer reads theirs\n\n\
             curl -X PUT {url}/account/me -H 'Authorization: {holder}' \\\n  \
             -H 'Content-Type: application/json' -d '{{\"city\":\"Malmö\",\"user_color\":\"#1e90ff\"}}'\n\n\
             curl {url}/customer/me -H 'Authorization: {customer}'\n"
        ))
    }

    fn open(&self, verifier: Verifier, _core: &Ports, parts: &mut StateParts) {
        parts.account = Some(Arc::new(AccountTokens::new(verifier)));
    }
}
