//! Sealing of sensitive values.

use profile_domain::{
    PersonId, Text,
    sealed::{Sealed, WrappedKey},
};

use crate::Unavailable;

/// Seals values with keys of people, and wraps those under a master key. It stores nothing: whoever loses a person's
/// wrapped key has lost every value that it sealed. A wrapped key opens for its own person only.
pub trait Vault: Send + Sync {
    /// Returns a new key for `person`, wrapped under the current master key.
    fn new_key(&self, person: PersonId) -> Result<WrappedKey, Unavailable>;

    /// Unwraps the key of `person`, once for all values of a request.
    ///
    /// # Errors
    /// [`Unavailable`] if the master key is missing, or the key is damaged or another person's.
    fn unlock(&self, person: PersonId, key: &WrappedKey) -> Result<Box<dyn UnlockedKey>, Unavailable>;

    /// Returns the name of the current master key.
    fn master(&self) -> String;

    /// Whether the master key of this name is held.
    fn holds(&self, master: &str) -> bool;

    /// Makes the master key of this name the current one.
    ///
    /// # Errors
    /// [`Unavailable`] if it is not held.
    fn use_master(&self, master: &str) -> Result<(), Unavailable>;

    /// Returns the same key, wrapped under the current master key.
    fn rewrap(&self, person: PersonId, key: &WrappedKey) -> Result<WrappedKey, Unavailable>;
}

/// Seals what the service needs again and nobody else may read, with a key of the service's own: secrets of subscriptions, and
/// answers that are kept.
pub trait ServiceVault: Send + Sync {
    /// Seals `clear`; the same text is sealed differently each time. The seal opens only for the same `context`.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn seal(&self, context: &str, clear: &Text) -> Result<Sealed, Unavailable>;

    /// Returns what was sealed.
    ///
    /// # Errors
    /// [`Unavailable`] if the seal is damaged, of another context, or of another service's key.
    fn open(&self, context: &str, sealed: &Sealed) -> Result<Text, Unavailable>;
}

/// The key of a person, with which values are sealed and opened. It never leaves the process, and is wiped when dropped.
pub trait UnlockedKey: Send + Sync {
    /// Seals `clear`; the same text is sealed differently each time. The seal opens only for the same `context`.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn seal(&self, context: &str, clear: &Text) -> Result<Sealed, Unavailable>;

    /// Returns what was sealed; `None` if another key of this person sealed it, which has been erased since.
    ///
    /// # Errors
    /// [`Unavailable`] if the seal is damaged.
    fn open(&self, context: &str, sealed: &Sealed) -> Result<Option<Text>, Unavailable>;
}
