//! Statements that the service signs, for whoever verifies them later without it.

use serde_json::Value;

use crate::Unavailable;

/// Signs receipts and checkpoints with a key pair of the service's own.
pub trait Signer: Send + Sync {
    /// Returns the compact JWS (ES256, header `{"alg":"ES256","typ":typ,"kid":…}`) of these bytes.
    ///
    /// # Errors
    /// There is no key pair, as in a command that only reads.
    fn sign(&self, typ: &str, payload: &[u8]) -> Result<String, Unavailable>;

    /// Returns the public keys as a JWKS document, those that sign no more among them: statements are verified years later.
    fn jwks(&self) -> Value;
}
