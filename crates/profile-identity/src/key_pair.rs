//! The service's own ES256 key pair, with which it signs the tokens of the users contract.

use std::{io, path::Path};

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde_json::{Value, json};

use crate::kept::read_or_make;

/// A key pair and the name under which tokens refer to it.
#[derive(Clone)]
pub struct KeyPair {
    pub(crate) kid: String,
    pub(crate) encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
    x: String,
    y: String,
}

/// Why there is no key pair.
#[derive(Debug, thiserror::Error)]
pub enum KeyPairError {
    /// The file cannot be read or made.
    #[error("cannot keep the key pair in {path}")]
    File {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file holds something else.
    #[error("{0} does not hold an ES256 key pair")]
    Format(String),
}

impl KeyPair {
    /// Reads the key pair in `path`; makes one there, for its owner alone, if there is none.
    pub fn read_or_make(path: &Path) -> Result<Self, KeyPairError> {
        let shown = path.display().to_string();
        let text =
            read_or_make(path, make).map_err(|source| KeyPairError::File { path: shown.clone(), source })?;
        Self::parse(text.trim()).ok_or(KeyPairError::Format(shown))
    }

    fn parse(text: &str) -> Option<Self> {
        let pkcs8 = STANDARD.decode(text).ok()?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8).ok()?;
        // Uncompressed: a tag, then both coordinates.
        let point = pair.public_key().as_ref();
        let (x, y) = (point.get(1..33)?, point.get(33..65)?);
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        Some(Self {
            kid: URL_SAFE_NO_PAD.encode(digest(&SHA256, point)),
            encoding: EncodingKey::from_ec_der(&pkcs8),
            decoding: DecodingKey::from_ec_components(&x, &y).ok()?,
            x,
            y,
        })
    }

    /// The public half as a JWKS document, for those who verify our tokens.
    #[must_use]
    pub fn jwks(&self) -> Value {
        let Self { kid, x, y, encoding: _, decoding: _ } = self;
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": kid, "x": x, "y": y }] })
    }
}

fn make() -> io::Result<String> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    Ok(STANDARD.encode(made.map_err(io::Error::other)?))
}
