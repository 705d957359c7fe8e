//! The key pair that signs receipts and checkpoints, as the database knows it.
//!
//! Its secret is in the database, wrapped under the master key, so that every server signs with the same one, also where
//! servers have no folder of keys.

use std::collections::{BTreeMap, btree_map::Entry};

use anyhow::Context as _;
use profile_domain::sealed::WrappedKey;
use profile_identity::{KeyVault, StatementKey, StatementSigner};
use serde_json::Value;

use super::masters::Opening;
use crate::wiring::cause;

/// The name of the service's own key that the key pair is made of.
pub(crate) const STATEMENT_KEY: &str = "statements";
/// What the database knows each public key as, before its name: statements are verified years after their key has gone.
const PUBLIC_KEY: &str = "statements public key ";

impl Opening<'_> {
    /// The signer of receipts and checkpoints. Its key pair is made by the first command that writes.
    pub(super) async fn statement_signer(&self, vault: &KeyVault) -> anyhow::Result<StatementSigner> {
        let key = loop {
            match self.register.service_key(STATEMENT_KEY).await.map_err(cause)? {
                Some(wrapped) => break Some(open(vault, &wrapped)?),
                None if !self.need.writes() => break None,
                None => {
                    let fresh = new_statement_key(vault)?;
                    self.register.set_service_key(STATEMENT_KEY, None, &fresh).await.map_err(cause)?;
                }
            }
        };
        let mut known = self.register.known_keys().await.map_err(cause)?;
        if let Some(key) = key.as_ref().filter(|_| self.need.writes()) {
            let (kind, jwk) = (format!("{PUBLIC_KEY}{}", key.kid()), key.jwk().to_string());
            if let Entry::Vacant(unknown) = known.entry(kind) {
                self.register.set_known_key(unknown.key(), None, &jwk).await.map_err(cause)?;
                unknown.insert(jwk);
            }
        }
        Ok(StatementSigner::new(key, public_keys(&known)?))
    }
}

/// Returns the public key of every key pair that has ever signed for a database, of all that it knows.
pub(super) fn public_keys(known: &BTreeMap<String, String>) -> anyhow::Result<Vec<Value>> {
    let published = known.iter().filter(|(kind, _)| kind.starts_with(PUBLIC_KEY));
    published.map(|(kind, jwk)| serde_json::from_str(jwk).with_context(|| kind.clone())).collect()
}

/// Returns a new key pair, wrapped.
pub(super) fn new_statement_key(vault: &KeyVault) -> anyhow::Result<WrappedKey> {
    loop {
        let fresh = vault.new_service_key(STATEMENT_KEY).map_err(cause)?;
        // One secret in 2³² is no key pair.
        if open(vault, &fresh).is_ok() {
            return Ok(fresh);
        }
    }
}

fn open(vault: &KeyVault, wrapped: &WrappedKey) -> anyhow::Result<StatementKey> {
    let context = "cannot open the signing key of receipts and checkpoints";
    let secret = vault.open_service_key(STATEMENT_KEY, wrapped).map_err(cause).context(context)?;
    StatementKey::of_secret(&secret).context(context)
}
