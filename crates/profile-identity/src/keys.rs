//! The keys that a contract's tokens are verified with.

use std::{path::PathBuf, sync::Arc};

use jsonwebtoken::{Algorithm, DecodingKey, Header};

use crate::{
    Secret, SigningKeys,
    jwks::{JwksFile, RemoteJwks},
};

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
    /// An outside issuer's keys in a file.
    File(Arc<JwksFile>),
    /// An outside issuer's keys behind a URL.
    Remote(Arc<RemoteJwks>),
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file cannot be read.
    #[error("cannot read the JWKS file {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The text is no set of keys.
    #[error("not a JWKS document")]
    Format(#[source] serde_json::Error),
    /// A URL that could be listened to or changed on its way.
    #[error("a JWKS URL must be https, or http on this machine")]
    Insecure,
    /// The address does not answer.
    #[error("cannot fetch the JWKS")]
    Fetch(#[from] reqwest::Error),
}

impl Keys {
    /// The keys of an outside issuer: an https URL or a file's path.
    pub fn outside(location: &str) -> Result<Self, KeysError> {
        if location.contains("://") {
            return Ok(Self::Remote(Arc::new(RemoteJwks::new(location)?)));
        }
        Ok(Self::File(Arc::new(JwksFile::read(location.as_ref())?)))
    }

    /// The key for a token with this header.
    pub(crate) async fn find(&self, header: &Header) -> Option<Key> {
        match self {
            Self::Own(secret) => {
                Some(Key { algorithm: Algorithm::HS256, decoding: DecodingKey::from_secret(secret.bytes()) })
            }
            Self::OwnPairs(keys) => {
                let pair = keys.find(header.kid.as_deref()?)?;
                Some(Key { algorithm: Algorithm::ES256, decoding: pair.decoding.clone() })
            }
            Self::File(keys) => keys.find(header.kid.as_deref()?),
            Self::Remote(keys) => keys.find(header.kid.as_deref()?).await,
        }
    }
}
