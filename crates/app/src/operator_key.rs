//! `profile operator key`: makes, lists and revokes keys of the operator API.

use std::{
    io::{Write as _, stderr, stdout},
    process::ExitCode,
};

use anyhow::Context as _;
use chrono::TimeDelta;
use profile_domain::operator::{OperatorKey, OperatorKeyId, Role};
use profile_usecases::{
    Ports,
    operator::{
        CreatedKey, NewOperatorKey, OPERATOR, OperatorRefusal, create_operator_key, list_operator_keys,
        revoke_operator_key,
    },
};
use serde_json::json;

use crate::{
    cli::{NewOperatorKeyArgs, OperatorKeyAction},
    keys::{Adopt, Need},
    output::{columns, print_json, time},
    settings::Settings,
    wiring::{cause, open_keys, open_migrated, ports},
};

pub(crate) async fn run(
    settings: &Settings,
    adopt: Adopt,
    action: OperatorKeyAction,
) -> anyhow::Result<ExitCode> {
    let opened = open_migrated(settings).await?;
    let keys = open_keys(settings, &opened, Need::Vault, adopt).await?;
    let ports = ports(settings, opened.store, &keys)?;
    match action {
        OperatorKeyAction::Create(new) => create(&ports, new).await?,
        OperatorKeyAction::List { json } => list(&ports, json).await?,
        OperatorKeyAction::Revoke { id } => revoke(&ports, &id).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The key goes to standard output alone, so that it can be stored as it is.
async fn create(ports: &Ports, new: NewOperatorKeyArgs) -> anyhow::Result<()> {
    let NewOperatorKeyArgs { name, role, expires_in, cidr } = new;
    let end = |after| ports.clock.now().checked_add_signed(TimeDelta::from_std(after).ok()?);
    let expires_at = expires_in.map(|after| end(after).context("--expires-in is too long")).transpose()?;
    let role = Role::from_name(&role).context("--role is none of reader, support, privacy, admin")?;
    let new = NewOperatorKey { name, role, allow_cidrs: cidr, expires_at };
    let CreatedKey { key, secret } = create_operator_key(ports, OPERATOR, new, None).await?;
    writeln!(stdout(), "{secret}")?;
    writeln!(stderr(), "{}", key.id)?;
    Ok(())
}

async fn list(ports: &Ports, as_json: bool) -> anyhow::Result<()> {
    let keys = list_operator_keys(ports).await.map_err(cause)?;
    if as_json {
        return print_json(&keys.iter().map(in_json).collect());
    }
    let mut out = stdout().lock();
    for key in keys {
        writeln!(out, "{}", line(&key))?;
    }
    Ok(())
}

fn line(key: &OperatorKey) -> String {
    columns([
        Some(key.id.to_string()),
        Some(key.name.clone()),
        Some(key.role.name().to_owned()),
        key.expires_at.map(time),
        Some(time(key.created_at)),
        key.last_used_at.map(time),
        key.revoked.as_ref().map(|revoked| time(revoked.at)),
    ])
}

fn in_json(key: &OperatorKey) -> serde_json::Value {
    let networks: Vec<String> = key.allow_cidrs.iter().map(ToString::to_string).collect();
    json!({
        "id": key.id.as_str(),
        "name": key.name,
        "role": key.role.name(),
        "allow_cidrs": networks,
        "created_at": time(key.created_at),
        "created_by": key.created_by,
        "expires_at": key.expires_at.map(time),
        "last_used_at": key.last_used_at.map(time),
        "revoked": key.revoked.as_ref().map(|revoked| {
            json!({ "at": time(revoked.at), "by": revoked.by, "reason": revoked.reason })
        }),
    })
}

async fn revoke(ports: &Ports, id: &OperatorKeyId) -> anyhow::Result<()> {
    let reason = "revoked on the command line".to_owned();
    match revoke_operator_key(ports, OPERATOR, id, reason, None).await {
        Ok(_) => {}
        Err(OperatorRefusal::NotFound) => anyhow::bail!("there is no operator key {id}"),
        Err(refused) => return Err(refused.into()),
    }
    writeln!(stdout(), "revoked {id}")?;
    Ok(())
}
