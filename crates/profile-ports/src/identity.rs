//! Who is calling.

use std::sync::Arc;

use async_trait::async_trait;
use profile_domain::{account::TokenClaims, client, tenant, users::Caller};

use crate::Unavailable;

/// Why a token proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The token is not valid. Why is not said: a caller who could know learns nothing, one who guesses must not.
    #[error("the token is not valid")]
    Refused,
    /// Whether the token is valid cannot be told at present: the keys of its outside issuer could not be read, for this
    /// reason. The caller may try again later.
    #[error("the keys of the outside issuer are not available: {0}")]
    NoKeys(Arc<str>),
}

/// The keys of an outside issuer of tokens.
pub trait TokenKeys: Send + Sync {
    /// The contract whose tokens are verified with them.
    fn contract(&self) -> &'static str;

    /// Whether there are any.
    ///
    /// # Errors
    /// There are none yet; every token of the contract is answered with [`TokenError::NoKeys`].
    fn ready(&self) -> Result<(), Unavailable>;
}

/// Verifies the tokens of the account contract (contract account, section 7).
#[async_trait]
pub trait AccountIdentity: Send + Sync {
    /// The session that `token` proves.
    async fn verify(&self, token: &str) -> Result<TokenClaims, TokenError>;
}

/// Verifies the tokens of the users contract (contract users, section 5).
#[async_trait]
pub trait UsersIdentity: Send + Sync {
    /// The credential that `token` proves.
    async fn verify(&self, token: &str) -> Result<Caller, TokenError>;
}

/// Verifies the tokens of the client contract (contract client, section 2).
#[async_trait]
pub trait ClientIdentity: Send + Sync {
    /// The session that `token` proves.
    async fn verify(&self, token: &str) -> Result<client::policy::TokenClaims, TokenError>;
}

/// Verifies the tokens of the tenant contract (contract tenant, section 7).
#[async_trait]
pub trait TenantIdentity: Send + Sync {
    /// Whom `token` names; whether there is such a member is not known here.
    async fn verify(&self, token: &str) -> Result<tenant::policy::TokenClaims, TokenError>;
}

/// What a keyed hash is for. Each purpose has a key of its own, so that no hash passes for one of another purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// What is stored of an API key.
    ApiKey,
    /// The seal of a cursor in the list of users.
    UsersCursor,
    /// The seal of an address to send an upload to.
    UploadAddress,
    /// The seal of an address to read private bytes from.
    ContentAddress,
    /// What tells one request with an idempotency key from another.
    Request,
    /// The comparison with the key that lifts a rate limit.
    ExclusionKey,
    /// What the database remembers of a secret.
    Fingerprint,
    /// What is stored of an operator key.
    OperatorKey,
    /// An operator key, from the seed that is kept for whoever repeats the call that made it.
    OperatorSecret,
    /// The seal of a cursor of the operator API.
    OperatorCursor,
    /// A caller whose calls servers count together.
    Caller,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 11] = [
        Self::ApiKey,
        Self::UsersCursor,
        Self::UploadAddress,
        Self::ContentAddress,
        Self::Request,
        Self::ExclusionKey,
        Self::Fingerprint,
        Self::OperatorKey,
        Self::OperatorSecret,
        Self::OperatorCursor,
        Self::Caller,
    ];
}

/// A keyed hash: for API keys, so that no store ever holds one, and for the seals of cursors and addresses.
pub trait KeyedHash: Send + Sync {
    /// Returns the keyed hash of `text`; equal texts have equal hashes for the same purpose and database.
    fn hash(&self, purpose: Purpose, text: &str) -> String;

    /// Whether `given` is the hash of `text`, compared in constant time.
    fn seals(&self, purpose: Purpose, text: &str, given: &str) -> bool;
}
