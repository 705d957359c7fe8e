//! The master keys, and the hash key that is wrapped under them, as the database needs them.

use anyhow::{Context as _, bail};
use profile_identity::{KeyVault, PurposeKeys};
use profile_ports::{KeyRegister, Page, Store, Vault as _};
use secrecy::SecretString;

use super::{
    Adopt, MASTER, Need,
    files::{KeyFiles, Named},
    statements::{STATEMENT_KEY, new_statement_key},
};
use crate::wiring::cause;

/// The name of the service's own key that hashes and seals are derived from.
pub(crate) const HASH_KEY: &str = "hash";

/// What the opening of every key works with.
pub(super) struct Opening<'a> {
    pub(super) files: &'a KeyFiles,
    pub(super) store: &'a dyn Store,
    pub(super) register: &'a dyn KeyRegister,
    pub(super) need: Need,
    pub(super) adopt: Adopt,
}

impl Opening<'_> {
    /// The vault of the database's master keys; a new one where the database knows none.
    pub(super) async fn vault(&self, setting: Option<&SecretString>) -> anyhow::Result<KeyVault> {
        let file = self.files.master_key();
        loop {
            let current = self.register.known_keys().await.map_err(cause)?.remove(MASTER);
            let needed = self.needed(current.clone()).await?;
            // After the names: another process stores its new key before it tells the database of it.
            let held = match setting {
                Some(keys) => Some(KeyVault::of_setting(keys).context("master_key")?),
                None => KeyVault::read(&file)?,
            };
            let has = |name: &String| held.as_ref().is_some_and(|vault| vault.holds(name));
            let missing: Vec<String> = needed.into_iter().filter(|name| !has(name)).collect();
            if missing.is_empty() {
                let vault = match held {
                    Some(vault) => vault,
                    None if self.need.writes() => KeyVault::create(&file)?,
                    None => KeyVault::ephemeral()?,
                };
                if self.uses(&vault, current).await? {
                    return Ok(vault);
                }
                // Another process has told the database its own keys a moment ago.
                continue;
            }
            let named = Named {
                what: "the master key",
                setting: "PROFILE_MASTER_KEY",
                is_set: setting.is_some(),
                file: &file,
            };
            if !self.adopt.adopt_keys {
                return Err(named.refusal());
            }
            self.check_loss(&missing).await?;
            let vault = match held {
                Some(vault) => vault,
                None => KeyVault::create(&file)?,
            };
            self.replace(&vault, current.as_deref(), &missing).await?;
            return Ok(vault);
        }
    }

    /// The names of the master keys that must be at hand.
    async fn needed(&self, current: Option<String>) -> anyhow::Result<Vec<String>> {
        let mut needed = self.register.master_keys().await.map_err(cause)?;
        needed.extend(current.filter(|name| !needed.contains(name)));
        Ok(needed)
    }

    /// Wraps under the database's current master key, which is the first one at hand where there is none yet; returns
    /// false if another process was faster.
    async fn uses(&self, vault: &KeyVault, current: Option<String>) -> anyhow::Result<bool> {
        if let Some(current) = current {
            vault.use_master(&current).map_err(cause)?;
            let listed = self.register.master_keys().await.map_err(cause)?;
            if self.need.writes() && !listed.contains(&current) {
                self.register.add_master_key(&current).await.map_err(cause)?;
            }
            return Ok(true);
        }
        if !self.need.writes() {
            return Ok(true);
        }
        let first = vault.first();
        // The current one before it is needed: of two that begin together one is refused, and leaves nothing behind.
        if !self.register.set_known_key(MASTER, None, &first).await.map_err(cause)? {
            return Ok(false);
        }
        self.register.add_master_key(&first).await.map_err(cause)?;
        Ok(true)
    }

    /// Refuses to give up keys under which something is wrapped, unless the operator insists.
    async fn check_loss(&self, missing: &[String]) -> anyhow::Result<()> {
        let mut people = 0;
        for name in missing {
            people += self.register.count_person_keys(name).await.map_err(cause)?;
        }
        let hash_key = self.register.service_key(HASH_KEY).await.map_err(cause)?;
        let lost_hash = hash_key.is_some_and(|key| missing.contains(&key.master));
        let has_api_keys = !self.store.list_api_keys(Page::first(1)).await.map_err(cause)?.is_empty();
        let api_keys = lost_hash && has_api_keys;
        if (people > 0 || api_keys) && !self.adopt.lose_sealed_values {
            let too = if api_keys { " and every API key" } else { "" };
            bail!(
                "the master key {} is missing and with it the sealed values of {people} people{too}: restore it (looked \
                 for in {}); to give all of that up for ever, add --lose-sealed-values to --adopt-keys",
                missing.join(", "),
                self.files.master_key().display()
            );
        }
        Ok(())
    }

    /// Puts the first key of `vault` in the place of those that are missing.
    async fn replace(
        &self,
        vault: &KeyVault,
        current: Option<&str>,
        missing: &[String],
    ) -> anyhow::Result<()> {
        let register = self.register;
        if let Some(current) = current.filter(|name| !missing.iter().any(|one| one == name)) {
            vault.use_master(current).map_err(cause)?;
        } else {
            let first = vault.first();
            register.add_master_key(&first).await.map_err(cause)?;
            let replaced = register.set_known_key(MASTER, current, &first).await.map_err(cause)?;
            anyhow::ensure!(replaced, "another process has changed the master key meanwhile: try again");
            vault.use_master(&first).map_err(cause)?;
        }
        let hash_key = register.service_key(HASH_KEY).await.map_err(cause)?;
        if let Some(lost) = hash_key.filter(|key| missing.contains(&key.master)) {
            let fresh = vault.new_service_key(HASH_KEY).map_err(cause)?;
            register.set_service_key(HASH_KEY, Some(&lost), &fresh).await.map_err(cause)?;
        }
        // Its public half stays: what it has signed still verifies.
        let statement_key = register.service_key(STATEMENT_KEY).await.map_err(cause)?;
        if let Some(lost) = statement_key.filter(|key| missing.contains(&key.master)) {
            let fresh = new_statement_key(vault)?;
            register.set_service_key(STATEMENT_KEY, Some(&lost), &fresh).await.map_err(cause)?;
        }
        for name in missing {
            register.erase_person_keys(name).await.map_err(cause)?;
            let removed = register.remove_master_key(name).await.map_err(cause)?;
            anyhow::ensure!(removed, "another process still wraps keys under {name}: stop it, and try again");
        }
        Ok(())
    }

    /// The keys that hashes and seals are made with. Their root is in the database, wrapped, so that every server has the
    /// same and no change of a signing secret voids API keys.
    pub(super) async fn purpose_keys(&self, vault: &KeyVault) -> anyhow::Result<PurposeKeys> {
        loop {
            let stored = self.register.service_key(HASH_KEY).await.map_err(cause)?;
            let key = match stored {
                Some(key) => key,
                None if !self.need.writes() => vault.new_service_key(HASH_KEY).map_err(cause)?,
                None => {
                    let fresh = vault.new_service_key(HASH_KEY).map_err(cause)?;
                    self.register.set_service_key(HASH_KEY, None, &fresh).await.map_err(cause)?;
                    continue;
                }
            };
            let root =
                vault.open_service_key(HASH_KEY, &key).map_err(cause).context("cannot open the hash key")?;
            return Ok(PurposeKeys::derive(&root)?);
        }
    }
}
