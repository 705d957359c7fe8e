//! Seals and decrypts sensitive values with the key of their person.

use std::cell::OnceCell;

use profile_domain::{
    PersonId, Text,
    client::{Client, Sealer},
    sealed::{Sealed, WrappedKey},
};
use profile_ports::{Unavailable, UnlockedKey, Vault};

use crate::Ports;

/// Decrypts the values of one client; those whose key was erased are absent for ever.
pub(super) struct Decrypter(Option<Box<dyn UnlockedKey>>);

impl Decrypter {
    /// Unlocks the client's key. A key that is there and cannot be used is an error: the values may be read again later.
    pub(super) fn new(ports: &Ports, client: &Client) -> Result<Self, Unavailable> {
        Ok(Self(client.key.as_ref().map(|key| ports.vault.unlock(client.person, key)).transpose()?))
    }

    pub(super) fn decrypt(&self, context: &str, sealed: &Sealed) -> Result<Option<Text>, Unavailable> {
        self.0.as_ref().map_or(Ok(None), |key| key.open(context, sealed))
    }
}

/// Seals with the key of one person, which is unlocked for the first value.
pub struct KeySealer<'a> {
    vault: &'a dyn Vault,
    person: PersonId,
    key: &'a WrappedKey,
    unlocked: OnceCell<Box<dyn UnlockedKey>>,
}

impl<'a> KeySealer<'a> {
    /// Returns a sealer for `person`, whose wrapped key is `key`.
    #[must_use]
    pub const fn new(vault: &'a dyn Vault, person: PersonId, key: &'a WrappedKey) -> Self {
        Self { vault, person, key, unlocked: OnceCell::new() }
    }

    fn unlocked(&self) -> Result<&dyn UnlockedKey, Unavailable> {
        if let Some(key) = self.unlocked.get() {
            return Ok(&**key);
        }
        let key = self.vault.unlock(self.person, self.key)?;
        Ok(&**self.unlocked.get_or_init(|| key))
    }
}

impl Sealer for KeySealer<'_> {
    type Error = Unavailable;

    fn seal(&self, context: &str, clear: &Text, before: Option<&Sealed>) -> Result<Sealed, Unavailable> {
        let key = self.unlocked()?;
        let opened = before.map(|sealed| (sealed, key.open(context, sealed)));
        match opened {
            Some((sealed, Ok(Some(opened)))) if opened == *clear => Ok(sealed.clone()),
            _ => key.seal(context, clear),
        }
    }
}
