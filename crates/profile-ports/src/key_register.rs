//! What a database remembers of the service's own keys: names and fingerprints, never a key.

use std::collections::BTreeMap;

use async_trait::async_trait;
use profile_domain::sealed::WrappedKey;
use uuid::Uuid;

use crate::Unavailable;

/// A running server, and the keys that it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHolder {
    /// The server; a new one with each start.
    pub server: Uuid,
    /// The host and process, for messages.
    pub host: String,
    /// Counts up while the server lives. No clock is compared: who waits for a server sees whether this moves.
    pub beat: i64,
    /// The names of the keys that it holds.
    pub keys: Vec<String>,
}

/// The register of the keys that a database is used with. Every method may be called by several processes at once.
#[async_trait]
pub trait KeyRegister: Send + Sync {
    /// Returns what is known, by kind: the name or fingerprint of the current key of that kind.
    async fn known_keys(&self) -> Result<BTreeMap<String, String>, Unavailable>;

    /// Replaces what is known of `kind`, if it still is `from` (`None`: nothing); returns whether it was.
    async fn set_known_key(&self, kind: &str, from: Option<&str>, to: &str) -> Result<bool, Unavailable>;

    /// Returns the names of the master keys under which something may be wrapped.
    async fn master_keys(&self) -> Result<Vec<String>, Unavailable>;

    /// Adds a master key; nothing happens if it is there.
    async fn add_master_key(&self, name: &str) -> Result<(), Unavailable>;

    /// Erases every person's key that is wrapped under a master key: what is sealed with them is unreadable for ever.
    async fn erase_person_keys(&self, master: &str) -> Result<(), Unavailable>;

    /// Removes a master key unless something is wrapped under it; returns whether it was removed.
    async fn remove_master_key(&self, name: &str) -> Result<bool, Unavailable>;

    /// Returns how many people's keys are wrapped under a master key.
    async fn count_person_keys(&self, master: &str) -> Result<i64, Unavailable>;

    /// Returns the service's own wrapped key called `name`.
    async fn service_key(&self, name: &str) -> Result<Option<WrappedKey>, Unavailable>;

    /// Replaces the service's wrapped key, if it still is `from` (`None`: nothing); returns whether it was. The master
    /// key must have been added.
    async fn set_service_key(
        &self,
        name: &str,
        from: Option<&WrappedKey>,
        to: &WrappedKey,
    ) -> Result<bool, Unavailable>;

    /// Returns the servers that have registered, those that died without a word among them.
    async fn key_holders(&self) -> Result<Vec<KeyHolder>, Unavailable>;

    /// Adds a server, or replaces its entry.
    async fn set_key_holder(&self, holder: &KeyHolder) -> Result<(), Unavailable>;

    /// Removes the server's entry.
    async fn remove_key_holder(&self, server: Uuid) -> Result<(), Unavailable>;
}
