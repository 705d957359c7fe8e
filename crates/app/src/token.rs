//! `profile token`: prints a token of the service's own.

use std::{
    io::{Write as _, stdout},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;
use profile_domain::{
    account::{CustomerId, Login},
    users::{BusinessId, Scopes, UserId},
};

use crate::{
    cli::TokenKind,
    keys::{Adopt, Contract, Need},
    settings::Settings,
    wiring::{account_tokens, client_tokens, clock, open_keys, open_migrated, tenant_tokens, users_tokens},
};

pub(crate) async fn token(
    settings: &Settings,
    adopt: Adopt,
    ttl: Duration,
    kind: &TokenKind,
) -> anyhow::Result<ExitCode> {
    let opened = open_migrated(settings).await?;
    let keys = open_keys(settings, &opened, need(kind), adopt).await?;
    if need(kind) == Need::Users && keys.users.is_some() {
        let now = clock(settings).now().timestamp();
        keys.note_users_token(now.saturating_add(i64::try_from(ttl.as_secs()).unwrap_or(i64::MAX))).await?;
    }
    let token = match kind {
        TokenKind::AccountUser { login } => {
            let login = Login::try_from(*login).context("--login")?;
            account_tokens(settings, &keys)?.issue_for_user(login, ttl)?
        }
        TokenKind::AccountCustomer { customer } => {
            account_tokens(settings, &keys)?.issue_for_customer(CustomerId(*customer), ttl)?
        }
        TokenKind::User { user, account, scope } => {
            let user = UserId::try_from(user.as_str()).context("--user")?;
            let account = account.as_deref().map(BusinessId::try_from).transpose().context("--account")?;
            users_tokens(settings, &keys)?.issue_for_user(&user, account.as_ref(), &scopes(scope), ttl)?
        }
        TokenKind::Client { sub } => client_tokens(settings, &keys)?.issue_for_client(*sub, ttl)?,
        TokenKind::ClientStaff { staff, client } => {
            client_tokens(settings, &keys)?.issue_for_staff(staff, *client, ttl)?
        }
        TokenKind::Tenant { user, tenant } => tenant_tokens(settings, &keys)?.issue(*user, *tenant, ttl)?,
        TokenKind::Account { account, scope } => {
            let account = BusinessId::try_from(account.as_str()).context("--account")?;
            users_tokens(settings, &keys)?.issue_for_account(&account, &scopes(scope), ttl)?
        }
    };
    writeln!(stdout(), "{token}")?;
    Ok(ExitCode::SUCCESS)
}

fn need(kind: &TokenKind) -> Need {
    match kind {
        TokenKind::AccountUser { .. } | TokenKind::AccountCustomer { .. } => Need::Secret(Contract::Account),
        TokenKind::Client { .. } | TokenKind::ClientStaff { .. } => Need::Secret(Contract::Client),
        TokenKind::Tenant { .. } => Need::Secret(Contract::Tenant),
        TokenKind::User { .. } | TokenKind::Account { .. } => Need::Users,
    }
}

/// The named scopes, or all that there are.
fn scopes(named: &[String]) -> Vec<String> {
    if named.is_empty() { Scopes::ALL.map(str::to_owned).to_vec() } else { named.to_vec() }
}
