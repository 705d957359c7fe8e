//! Who is calling.

use async_trait::async_trait;
use profile_domain::{account::Session, client, tenant, users::Credential};

/// The token proves nothing. Why is not said: a caller who could know learns nothing, one who guesses must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token is not valid")]
pub struct TokenRefused;

/// Verifies the tokens of the account contract (section 7).
#[async_trait]
pub trait AccountIdentity: Send + Sync {
    /// The session that `token` proves.
    async fn verify(&self, token: &str) -> Result<Session, TokenRefused>;
}

/// Verifies the tokens of the users contract (section 5).
#[async_trait]
pub trait UsersIdentity: Send + Sync {
    /// The credential that `token` proves.
    async fn verify(&self, token: &str) -> Result<Credential, TokenRefused>;
}

/// Verifies the tokens of the client contract (section 2).
#[async_trait]
pub trait ClientIdentity: Send + Sync {
    /// The session that `token` proves.
    async fn verify(&self, token: &str) -> Result<client::policy::Session, TokenRefused>;
}

/// Verifies the tokens of the tenant contract (section 7).
#[async_trait]
pub trait TenantIdentity: Send + Sync {
    /// Whom `token` names; whether there is such a member is not known here.
    async fn verify(&self, token: &str) -> Result<tenant::policy::Session, TokenRefused>;
}

/// A keyed hash: for API keys, so that no store ever holds one, and for the seals of cursors and addresses.
pub trait KeyedHash: Send + Sync {
    /// The keyed hash of `text`; equal texts have equal hashes, as long as the service's secret is the same.
    fn hash(&self, text: &str) -> String;

    /// Whether `given` is the hash of `text`. Both are hashed once more, so that the time this takes tells nothing.
    fn seals(&self, text: &str, given: &str) -> bool {
        self.hash(&self.hash(text)) == self.hash(given)
    }
}
