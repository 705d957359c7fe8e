//! Signs receipts and checkpoints as compact JWS.

use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use profile_ports::{Signer, Unavailable};
use serde::Serialize;
use serde_json::{Value, json};

use crate::public_key::PublicKey;

/// The ES256 key pair of receipts and checkpoints.
pub struct StatementKey {
    pair: EcdsaKeyPair,
    public: PublicKey,
}

/// The members in the order that the contract shows.
#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    typ: &'a str,
    kid: &'a str,
}

impl StatementKey {
    /// Returns the key pair of a secret of 32 random bytes. `None` for one in 2³², which is no P-256 private key.
    #[must_use]
    pub fn of_secret(secret: &[u8]) -> Option<Self> {
        let private = PrivateKey::from_private_key(&ECDH_P256, secret).ok()?;
        let point = private.compute_public_key().ok()?;
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(algorithm, secret, point.as_ref()).ok()?;
        Some(Self { pair, public: PublicKey::of_point(point.as_ref())? })
    }

    /// Returns the name of the key pair.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.public.kid
    }

    /// Returns the public half.
    #[must_use]
    pub fn jwk(&self) -> Value {
        self.public.jwk()
    }

    fn sign(&self, typ: &str, payload: &[u8]) -> Result<String, Unavailable> {
        let header = serde_json::to_vec(&Header { alg: "ES256", typ, kid: self.kid() });
        let header = URL_SAFE_NO_PAD.encode(header.map_err(Unavailable::signer)?);
        let message = format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload));
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes());
        let signature = signature.map_err(|_| Unavailable::signer("the key pair does not sign"))?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// Signs with one key pair, or with none in a command that only reads, and publishes that one and those before it.
pub struct StatementSigner {
    key: Option<StatementKey>,
    published: Vec<Value>,
}

impl StatementSigner {
    /// Returns the signer that signs with `key` and publishes these public keys.
    #[must_use]
    pub const fn new(key: Option<StatementKey>, published: Vec<Value>) -> Self {
        Self { key, published }
    }
}

impl Signer for StatementSigner {
    fn sign(&self, typ: &str, payload: &[u8]) -> Result<String, Unavailable> {
        let key = self.key.as_ref().ok_or_else(|| Unavailable::signer("no key pair is held"))?;
        key.sign(typ, payload)
    }

    fn jwks(&self) -> Value {
        json!({ "keys": self.published })
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Algorithm, DecodingKey, crypto, jwk::Jwk};

    use super::*;

    #[test]
    fn a_statement_verifies_with_the_published_key_and_carries_the_bytes_as_given() {
        let key = StatementKey::of_secret(&[7; 32]).unwrap();
        assert_eq!(StatementKey::of_secret(&[7; 32]).unwrap().kid(), key.kid());
        let (kid, jwk) = (key.kid().to_owned(), key.jwk());
        let signer = StatementSigner::new(Some(key), vec![jwk.clone()]);
        assert_eq!(signer.jwks(), json!({ "keys": [jwk] }));
        let payload = br#"{"z":1,"a":[]}"#;
        let jws = signer.sign("profile-receipt", payload).unwrap();
        let [header, body, signature] = jws.split('.').collect::<Vec<_>>()[..] else { panic!("{jws}") };
        let decoded = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        assert_eq!(decoded(header), format!(r#"{{"alg":"ES256","typ":"profile-receipt","kid":"{kid}"}}"#));
        assert_eq!(decoded(body).as_bytes(), payload);
        let key = DecodingKey::from_jwk(&serde_json::from_value::<Jwk>(jwk).unwrap()).unwrap();
        let verifies =
            |message: String| crypto::verify(signature, message.as_bytes(), &key, Algorithm::ES256).unwrap();
        assert!(verifies(format!("{header}.{body}")));
        assert!(!verifies(format!("{header}.{}", URL_SAFE_NO_PAD.encode(b"{}"))));
    }

    #[test]
    fn without_a_key_pair_nothing_is_signed() {
        assert!(StatementSigner::new(None, Vec::new()).sign("profile-receipt", b"{}").is_err());
        assert!(StatementKey::of_secret(&[0xff; 32]).is_none());
        assert!(StatementKey::of_secret(&[7; 31]).is_none());
    }
}
