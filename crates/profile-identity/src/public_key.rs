//! The public half of an ES256 key pair, as others are told it.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// The coordinates of a public key, in base64url, and its name, which is the digest of both.
pub(crate) struct PublicKey {
    pub(crate) kid: String,
    pub(crate) x: String,
    pub(crate) y: String,
}

impl PublicKey {
    /// Reads an uncompressed point: a tag, then both coordinates.
    pub(crate) fn of_point(point: &[u8]) -> Option<Self> {
        let (x, y) = (point.get(1..33)?, point.get(33..65)?);
        let kid = URL_SAFE_NO_PAD.encode(digest(&SHA256, point));
        Some(Self { kid, x: URL_SAFE_NO_PAD.encode(x), y: URL_SAFE_NO_PAD.encode(y) })
    }

    pub(crate) fn jwk(&self) -> Value {
        let Self { kid, x, y } = self;
        json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": kid, "x": x, "y": y })
    }
}
