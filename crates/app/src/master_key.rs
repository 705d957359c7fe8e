//! `profile master-key`: a new master key for every person's key, and the end of an old one.

use std::{
    io::{IsTerminal as _, Write as _, stderr, stdout},
    process::ExitCode,
};

use anyhow::{Context as _, bail, ensure};
use profile_identity::KeyVault;
use profile_ports::{KeyRegister, Vault as _};
use profile_usecases::{
    Ports,
    client::{Rewrapped, rewrap_keys},
};

use crate::{
    keys::{
        Adopt, HASH_KEY, MASTER, Need, OwnKeys, STATEMENT_KEY, exclusively, lock_folder, wait_until_held,
    },
    settings::Settings,
    wiring::{cause, open_keys, open_migrated, ports},
};

/// Makes a new master key the current one and wraps every key under it, while servers run.
pub(crate) async fn rotate(settings: &Settings, adopt: Adopt) -> anyhow::Result<ExitCode> {
    let opened = open_migrated(settings).await?;
    let keys = open_keys(settings, &opened, Need::Vault, adopt).await?;
    let ports = ports(settings, opened.store, &keys)?;
    let _folder = if keys.vault.is_setting() { None } else { Some(lock_folder(settings).await?) };
    let (before, wrapped) =
        exclusively(&*ports.keys, ports.ids.request(), rotate_alone(&ports, &keys)).await?;
    let (Rewrapped { done, failed }, current) = (wrapped, ports.vault.master());
    writeln!(stdout(), "wrapped {done} keys under the master key {current}")?;
    writeln!(stdout(), "the one before stays readable until: profile master-key forget {before}")?;
    if failed > 0 {
        bail!("{failed} keys cannot be opened and stay as they are; `profile verify` names their people");
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the name of the master key before, and what became of the keys. Whenever this ends, every key still opens:
/// the new master key is durable and known to all servers before the first key is wrapped under it, and the old ones stay.
async fn rotate_alone(ports: &Ports, keys: &OwnKeys) -> anyhow::Result<(String, Rewrapped)> {
    keys.refresh(ports.clock.now().timestamp()).await?;
    let (register, vault) = (&*ports.keys, &*keys.vault);
    let before = vault.master();
    // One that is first already is a rotation that was killed, or the operator's new setting.
    let new = if vault.first() == before { vault.add_key()? } else { vault.first() };
    wait_until_held(register, &new).await?;
    register.add_master_key(&new).await.map_err(cause)?;
    let replaced = register.set_known_key(MASTER, Some(&before), &new).await.map_err(cause)?;
    ensure!(replaced, "another process has changed the master key meanwhile");
    vault.use_master(&new).map_err(cause)?;
    rewrap_service_keys(register, vault).await?;
    let progress = |Rewrapped { done, failed }: Rewrapped| {
        if stderr().is_terminal() {
            write!(stderr(), "\r{} keys", done + failed).ok();
        }
    };
    let wrapped = rewrap_keys(ports, progress).await.map_err(cause).context("cannot wrap the keys")?;
    Ok((before, wrapped))
}

async fn rewrap_service_keys(register: &dyn KeyRegister, vault: &KeyVault) -> anyhow::Result<()> {
    for name in [HASH_KEY, STATEMENT_KEY] {
        let Some(key) = register.service_key(name).await.map_err(cause)? else { continue };
        let rewrapped = vault.rewrap_service_key(name, &key).map_err(cause)?;
        register.set_service_key(name, Some(&key), &rewrapped).await.map_err(cause)?;
    }
    Ok(())
}

/// Forgets an old master key, if nothing is wrapped under it and every living server holds the current one.
pub(crate) async fn forget(settings: &Settings, adopt: Adopt, name: &str) -> anyhow::Result<ExitCode> {
    let opened = open_migrated(settings).await?;
    let keys = open_keys(settings, &opened, Need::Vault, adopt).await?;
    let ports = ports(settings, opened.store, &keys)?;
    let _folder = if keys.vault.is_setting() { None } else { Some(lock_folder(settings).await?) };
    exclusively(&*ports.keys, ports.ids.request(), forget_alone(&ports, &keys, name)).await?;
    writeln!(stdout(), "forgot the master key {name}")?;
    if keys.vault.is_setting() && keys.vault.holds(name) {
        writeln!(stdout(), "remove it from PROFILE_MASTER_KEY, too")?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn forget_alone(ports: &Ports, keys: &OwnKeys, name: &str) -> anyhow::Result<()> {
    keys.refresh(ports.clock.now().timestamp()).await?;
    let (register, vault) = (&*ports.keys, &*keys.vault);
    let current = vault.master();
    ensure!(name != current, "{name} is the current master key");
    let known = register.master_keys().await.map_err(cause)?;
    let is_known = known.iter().any(|known| known == name);
    if !is_known && !vault.holds(name) {
        bail!("there is no master key {name}; there are {} (the current one is {current})", known.join(", "));
    }
    let wrapped = register.count_person_keys(name).await.map_err(cause)?;
    ensure!(wrapped == 0, "{wrapped} keys are wrapped under {name}: run `profile master-key rotate` first");
    wait_until_held(register, &current).await?;
    if is_known {
        let removed = register.remove_master_key(name).await.map_err(cause)?;
        ensure!(removed, "something is wrapped under {name}: run `profile master-key rotate` first");
    }
    if !vault.is_setting() {
        vault.remove_key(name)?;
    }
    Ok(())
}
