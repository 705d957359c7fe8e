//! Who is calling.

use async_trait::async_trait;
use profile_domain::account::Session;

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
