//! `profile api-key`: makes, lists and revokes API keys.

use std::{
    io::{Write as _, stderr, stdout},
    process::ExitCode,
};

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use profile_domain::users::{ApiKey, KeyId, KeyOwner, VersionDate};
use profile_usecases::{
    Ports, RequestOrigin,
    users::{CreatedApiKey, NewApiKey, create_api_key, list_api_keys, revoke_api_key},
};

use crate::{
    cli::{ApiKeyAction, NewKey},
    keys::{Adopt, Need},
    output::{columns, time},
    settings::Settings,
    wiring::{cause, open_keys, open_migrated, ports},
};

pub(crate) async fn run(settings: &Settings, adopt: Adopt, action: ApiKeyAction) -> anyhow::Result<ExitCode> {
    let opened = open_migrated(settings).await?;
    let keys = open_keys(settings, &opened, Need::Vault, adopt).await?;
    let ports = ports(settings, opened.store, &keys)?;
    match action {
        ApiKeyAction::Create(new) => create(&ports, new).await?,
        ApiKeyAction::List { owner } => list(&ports, owner.as_ref()).await?,
        ApiKeyAction::Revoke { id } => revoke(&ports, &id).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn origin(ports: &Ports) -> RequestOrigin {
    RequestOrigin::fresh(ports, "operator")
}

/// The key goes to standard output alone, so that it can be stored as it is.
async fn create(ports: &Ports, new: NewKey) -> anyhow::Result<()> {
    let NewKey { owner, permission, version_date, expires_in, cidr } = new;
    let end = |after| ports.clock.now().checked_add_signed(TimeDelta::from_std(after).ok()?);
    let expires_at = expires_in.map(|after| end(after).context("--expires-in is too long")).transpose()?;
    let new = NewApiKey {
        owner,
        permissions: permission,
        expires_at,
        allow_cidrs: cidr,
        version_date: Some(version_date.unwrap_or(VersionDate::NEWEST)),
    };
    let CreatedApiKey { id, secret } = create_api_key(ports, new, &origin(ports)).await?;
    writeln!(stdout(), "{secret}")?;
    writeln!(stderr(), "{id}")?;
    Ok(())
}

/// Prints a line for each key.
async fn list(ports: &Ports, owner: Option<&KeyOwner>) -> anyhow::Result<()> {
    let mut lines = Vec::new();
    list_api_keys(ports, owner, |created, key| lines.push(line(created, key))).await.map_err(cause)?;
    let mut out = stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn line(created: DateTime<Utc>, key: &ApiKey) -> String {
    columns([
        Some(key.id.to_string()),
        Some(key.owner.as_str().to_owned()),
        Some(key.permissions.join(",")).filter(|list| !list.is_empty()),
        key.expires_at.map(time),
        Some(time(created)),
        key.revoked_at.map(time),
    ])
}

async fn revoke(ports: &Ports, id: &KeyId) -> anyhow::Result<()> {
    let word =
        if revoke_api_key(ports, id, &origin(ports)).await? { "revoked" } else { "was revoked already:" };
    writeln!(stdout(), "{word} {id}")?;
    Ok(())
}
