//! Verifies what [`StatementSigner`](crate::StatementSigner) has signed, with the public keys alone.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, crypto, jwk::JwkSet};
use serde_json::Value;

/// Why a statement is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// It is no compact JWS of the expected type.
    #[error("its signature is none of ours")]
    Form,
    /// None of the keys has the name that it gives.
    #[error("its signature is by the key {0:?}, which is not among the keys")]
    UnknownKey(String),
    /// The key did not sign it.
    #[error("its signature is wrong")]
    Signature,
    /// Something else was signed.
    #[error("its signature is of something else")]
    Payload,
}

/// Returns what a compact JWS says that it has signed, whether it has or not; `None` if it is none.
#[must_use]
pub fn payload(jws: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(jws.split('.').nth(1)?).ok()
}

/// The public keys that statements are verified with.
pub struct StatementKeys(JwkSet);

impl StatementKeys {
    /// Reads a JWKS document; `None` for what is none.
    #[must_use]
    pub fn of_jwks(jwks: Value) -> Option<Self> {
        serde_json::from_value(jwks).ok().map(Self)
    }

    /// Verifies that one of the keys has signed exactly these bytes as a statement of this type.
    ///
    /// # Errors
    /// None has.
    pub fn verify(&self, jws: &str, typ: &str, payload: &[u8]) -> Result<(), StatementError> {
        let mut parts = jws.split('.');
        let (Some(header), Some(body), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(StatementError::Form);
        };
        let members = URL_SAFE_NO_PAD.decode(header).ok();
        let members: Value =
            members.and_then(|members| serde_json::from_slice(&members).ok()).ok_or(StatementError::Form)?;
        let member = |name: &str| members.get(name).and_then(Value::as_str);
        let (Some("ES256"), Some(kid)) = (member("alg"), member("kid")) else {
            return Err(StatementError::Form);
        };
        if member("typ") != Some(typ) {
            return Err(StatementError::Form);
        }
        let key = self.0.find(kid).ok_or_else(|| StatementError::UnknownKey(kid.to_owned()))?;
        let key = DecodingKey::from_jwk(key).map_err(|_| StatementError::UnknownKey(kid.to_owned()))?;
        let message = format!("{header}.{body}");
        let is_signed = crypto::verify(signature, message.as_bytes(), &key, Algorithm::ES256);
        if !is_signed.unwrap_or(false) {
            return Err(StatementError::Signature);
        }
        if URL_SAFE_NO_PAD.decode(body).ok().as_deref() == Some(payload) {
            Ok(())
        } else {
            Err(StatementError::Payload)
        }
    }
}

#[cfg(test)]
mod tests {
    use profile_ports::Signer as _;
    use serde_json::json;

    use super::*;
    use crate::{StatementKey, StatementSigner};

    fn signer(secret: u8) -> StatementSigner {
        let key = StatementKey::of_secret(&[secret; 32]).unwrap();
        let published = vec![key.jwk()];
        StatementSigner::new(Some(key), published)
    }

    #[test]
    fn only_what_one_of_the_keys_has_signed_is_believed() {
        let (one, other) = (signer(7), signer(8));
        let keys = StatementKeys::of_jwks(one.jwks()).unwrap();
        let jws = one.sign("profile-checkpoint", b"{}").unwrap();
        let verify = |jws: &str, typ: &str, payload: &[u8]| keys.verify(jws, typ, payload);
        assert_eq!(verify(&jws, "profile-checkpoint", b"{}"), Ok(()));
        assert_eq!(verify(&jws, "profile-receipt", b"{}"), Err(StatementError::Form));
        assert_eq!(verify(&jws, "profile-checkpoint", b"{ }"), Err(StatementError::Payload));
        let foreign = other.sign("profile-checkpoint", b"{}").unwrap();
        let unknown = verify(&foreign, "profile-checkpoint", b"{}");
        assert!(matches!(unknown, Err(StatementError::UnknownKey(_))), "{unknown:?}");
        // The name of a known key, and the signature of another.
        let (header, _) = jws.split_once('.').unwrap();
        let (_, rest) = foreign.split_once('.').unwrap();
        let forged = format!("{header}.{rest}");
        assert_eq!(verify(&forged, "profile-checkpoint", b"{}"), Err(StatementError::Signature));
        for form in ["", "a.b", "a.b.c", &format!("{jws}.x")] {
            assert_eq!(verify(form, "profile-checkpoint", b"{}"), Err(StatementError::Form), "{form}");
        }
    }

    #[test]
    fn a_document_without_keys_believes_nothing() {
        let jws = signer(7).sign("t", b"{}").unwrap();
        let keys = StatementKeys::of_jwks(json!({"keys": []})).unwrap();
        assert!(matches!(keys.verify(&jws, "t", b"{}"), Err(StatementError::UnknownKey(_))));
        assert!(StatementKeys::of_jwks(json!({})).is_none());
    }
}
