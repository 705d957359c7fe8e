//! The users contract: tokens of users and businesses, signed with key pairs whose public halves are published.

use std::{sync::Arc, time::Duration};

use clap::{ArgMatches, FromArgMatches as _, Subcommand};
use profile_domain::users::{BusinessId, Scopes, UserId, VersionDate};
use profile_identity::{USERS_AUDIENCE, UsersTokens, Verifier};
use profile_usecases::Ports;

use super::{Contract, Guest, Signing, StateParts, TokenSettings};

pub(super) const CONTRACT: Contract = Contract {
    name: "users",
    signing: Signing::KeyPairs,
    audience: Some(USERS_AUDIENCE),
    own_settings: &[],
    with_settings: |tokens, _| Some(Box::new(Users(tokens))),
    add_token_commands: TokenCommand::augment_subcommands,
    has_token_command: TokenCommand::has_subcommand,
};

/// A user of the demo data.
const USER: &str = "user_4hTq81LmZp0Va";

/// Whose token.
#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// For a user; with an account, only for that one
    #[command(after_help = "\
Examples:
  profile token user --user user_4hTq81LmZp0Va
  profile token user --user user_4hTq81LmZp0Va --account biz_9QeRtYu2IoPlKj --scope user:profile:update")]
    User {
        /// The user
        #[arg(long, value_name = "user_…", value_parser = |id: &str| UserId::try_from(id))]
        user: UserId,
        /// The account
        #[arg(long, value_name = "biz_…", value_parser = |id: &str| BusinessId::try_from(id))]
        account: Option<BusinessId>,
        /// What it is for; may be repeated [default: everything]
        #[arg(long, value_name = "NAME")]
        scope: Vec<String>,
    },
    /// For a business itself
    #[command(after_help = "Examples:\n  profile token account --account biz_9QeRtYu2IoPlKj")]
    Account {
        /// The business
        #[arg(long, value_name = "biz_…", value_parser = |id: &str| BusinessId::try_from(id))]
        account: BusinessId,
        /// What it is for; may be repeated [default: everything]
        #[arg(long, value_name = "NAME")]
        scope: Vec<String>,
    },
}

struct Users(TokenSettings);

impl Guest for Users {
    fn tokens(&self) -> &TokenSettings {
        &self.0
    }

    fn issue(&self, verifier: Verifier, command: &ArgMatches, ttl: Duration) -> anyhow::Result<String> {
        let tokens = UsersTokens::new(verifier);
        Ok(match TokenCommand::from_arg_matches(command)? {
            TokenCommand::User { user, account, scope } => {
                tokens.issue_for_user(&user, account.as_ref(), &scopes(scope), ttl)?
            }
            TokenCommand::Account { account, scope } => {
                tokens.issue_for_account(&account, &scopes(scope), ttl)?
            }
        })
    }

    fn demo(&self, url: &str, verifier: Verifier, ttl: Duration) -> anyhow::Result<String> {
        let tokens = UsersTokens::new(verifier);
        let user = tokens.issue_for_user(&UserId::try_from(USER)?, None, &scopes(Vec::new()), ttl)?;
        let newest = VersionDate::NEWEST.as_str();
        Ok(format!(
            "users: a user changes the own profile, in the shape of the newest version\n\n\
             curl -X PATCH {url}/users/me -H 'Authorization: Bearer {user}' \\\n  \
             -H 'Api-Version-Date: {newest}' -H 'Content-Type: application/json' -d '{{\"bio\":\"Rivers, too.\"}}'\n"
        ))
    }

    fn open(&self, verifier: Verifier, _core: &Ports, parts: &mut StateParts) {
        parts.users = Some(Arc::new(UsersTokens::new(verifier)));
    }
}

/// The named scopes, or all that there are.
fn scopes(named: Vec<String>) -> Vec<String> {
    if named.is_empty() { Scopes::ALL.map(str::to_owned).to_vec() } else { named }
}
