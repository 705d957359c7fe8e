//! `profile signing-key rotate`: a new key pair for users tokens; the old one verifies as long as its tokens live.

use std::{
    io::{Write as _, stdout},
    process::ExitCode,
};

use anyhow::{Context as _, ensure};
use profile_identity::SigningKeys;
use profile_usecases::Ports;

use crate::{
    keys::{Adopt, Need, OwnKeys, USERS, exclusively, key_until, lock_folder, retire, wait_until_held},
    settings::Settings,
    wiring::{cause, open_keys, open_migrated, ports},
};

/// Makes a new key pair the one that signs, and prints its name.
pub(crate) async fn rotate(settings: &Settings, adopt: Adopt) -> anyhow::Result<ExitCode> {
    let opened = open_migrated(settings).await?;
    let keys = open_keys(settings, &opened, Need::Users, adopt).await?;
    let users = keys.users.clone().context("the tokens of the users contract are issued outside")?;
    let ports = ports(settings, opened.store, &keys)?;
    let _folder = if users.is_setting() { None } else { Some(lock_folder(settings).await?) };
    let kid = exclusively(&*ports.keys, ports.ids.request(), rotate_alone(&ports, &keys, &users)).await?;
    writeln!(stdout(), "{kid}")?;
    Ok(ExitCode::SUCCESS)
}

async fn rotate_alone(ports: &Ports, keys: &OwnKeys, users: &SigningKeys) -> anyhow::Result<String> {
    let now = ports.clock.now().timestamp();
    keys.refresh(now).await?;
    let register = &*ports.keys;
    let before = users.signing();
    let first = users.first();
    let new = if first == before { users.add_key()? } else { first };
    // Before it signs, so that no server refuses its tokens.
    wait_until_held(register, &new).await?;
    retire(register, &before, key_until(register, now).await?).await?;
    let replaced = register.set_known_key(USERS, Some(&before), &new).await.map_err(cause)?;
    ensure!(replaced, "another process has changed the signing key meanwhile");
    Ok(new)
}
