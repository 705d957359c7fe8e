//! Sealing of sensitive values.

use profile_domain::{
    Text,
    sealed::{Sealed, WrappedKey},
};

use crate::Unavailable;

/// Seals values with keys of people, and wraps those under a master key. It keeps nothing: whoever loses a person's
/// wrapped key has lost every value that it sealed.
pub trait Vault: Send + Sync {
    /// A new key, wrapped under the current master key.
    fn new_key(&self) -> Result<WrappedKey, Unavailable>;

    /// Seals `clear`; the same text is sealed differently each time. The seal opens only for the same `context`.
    fn seal(&self, key: &WrappedKey, context: &str, clear: &Text) -> Result<Sealed, Unavailable>;

    /// What was sealed; `None` if this key, context and seal do not belong together, or the master key is unknown.
    fn open(&self, key: &WrappedKey, context: &str, sealed: &Sealed) -> Option<Text>;

    /// The name of the current master key.
    fn master(&self) -> String;

    /// The same key under the current master key.
    fn rewrap(&self, key: &WrappedKey) -> Result<WrappedKey, Unavailable>;
}
