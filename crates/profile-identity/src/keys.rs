//! The keys that a contract's tokens are verified with.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey, Header};
use profile_ports::TokenError;

use crate::{Issuer, IssuerError, Secret, SigningKeys};

/// A key and the one algorithm that it is for; a token cannot choose another.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) algorithm: Algorithm,
    pub(crate) decoding: DecodingKey,
}

/// Where the keys of a contract come from.
#[derive(Clone)]
pub enum Keys {
    /// The service's own secret, for HS256.
    Own(Secret),
    /// The service's own key pairs, for ES256.
    OwnPairs(Arc<SigningKeys>),
    /// An outside issuer's keys.
    Outside(Arc<Issuer>),
}

impl Keys {
    /// The keys of an outside issuer of the tokens of `contract`: a URL or a file's path.
    pub fn outside(contract: &'static str, location: &str) -> Result<Self, IssuerError> {
        Ok(Self::Outside(Arc::new(Issuer::new(contract, location)?)))
    }

    /// Changes whenever a key can no longer be found, so that what was verified with an earlier set is verified again.
    pub(crate) fn generation(&self) -> u64 {
        match self {
            // A pair of our own ends only when its tokens have expired.
            Self::Own(_) | Self::OwnPairs(_) => 0,
            Self::Outside(issuer) => issuer.generation(),
        }
    }

    /// The key for a token with this header.
    pub(crate) async fn find(&self, header: &Header) -> Result<Key, TokenError> {
        match self {
            Self::Own(secret) => {
                Ok(Key { algorithm: Algorithm::HS256, decoding: DecodingKey::from_secret(secret.bytes()) })
            }
            Self::OwnPairs(keys) => {
                let pair = header.kid.as_deref().and_then(|kid| keys.find(kid)).ok_or(TokenError::Refused)?;
                Ok(Key { algorithm: Algorithm::ES256, decoding: pair.decoding.clone() })
            }
            Self::Outside(issuer) => issuer.find(header.kid.as_deref().ok_or(TokenError::Refused)?).await,
        }
    }
}
