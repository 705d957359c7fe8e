//! Fresh identifiers.

use profile_domain::{
    PersonId,
    change::Salt,
    operator::{OperatorKeyId, SubscriptionId},
    users::{KeyId, UploadId},
};
use uuid::Uuid;

/// Makes identifiers; the only place that does, so that tests can fix them.
pub trait Ids: Send + Sync {
    /// A new person: `UUIDv7`.
    fn person(&self) -> PersonId;
    /// At least 62 random bits, the lowest ones; for the id of a change.
    fn random(&self) -> u64;
    /// Returns a new salt: 16 random bytes.
    fn salt(&self) -> Salt;
    /// A new file: random version 4, so that nobody can guess another one (contract account, section 4.3).
    fn file(&self) -> Uuid;
    /// A new API key's record: the prefix and 14 random letters and digits.
    fn api_key(&self) -> KeyId;
    /// A new operator key's record: the prefix and 14 random letters and digits.
    fn operator_key(&self) -> OperatorKeyId;
    /// A new subscription: the prefix and 14 random letters and digits.
    fn subscription(&self) -> SubscriptionId;
    /// What the secret of a subscription is made of: 32 random bytes.
    fn webhook_secret(&self) -> [u8; 32];
    /// A new API key: at least 256 random bits, as text without spaces or dots.
    fn api_key_secret(&self) -> String;
    /// A new upload: the prefix and 14 random letters and digits.
    fn upload(&self) -> UploadId;
    /// A name that nobody can guess: at least 122 random bits, as letters and digits.
    fn secret_name(&self) -> String;
    /// A new request that brought no usable id of its own: `UUIDv7`.
    fn request(&self) -> Uuid;
}
