//! A set of keys by their `kid`, read from a JWKS document.

use std::collections::HashMap;

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse},
};
use serde::Deserialize;
use serde_json::Value;

use crate::{Secret, keys::Key};

/// Why a document is no set of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// It is not a JWKS document.
    #[error("it is not a JWKS document")]
    Format,
    /// It holds no key that a token can name and that verifies signatures.
    #[error("it holds no key with a `kid` that verifies signatures")]
    Empty,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

/// The keys of a JWKS document that tokens can be verified with; there is at least one, except in the default.
#[derive(Default)]
pub(crate) struct KeySet(HashMap<String, (Jwk, Key)>);

/// Sets are equal if their documents say the same of every key that counts.
impl PartialEq for KeySet {
    fn eq(&self, other: &Self) -> bool {
        let same =
            |(kid, (jwk, _)): (&String, &(Jwk, Key))| other.0.get(kid).is_some_and(|(its, _)| its == jwk);
        self.0.len() == other.0.len() && self.0.iter().all(same)
    }
}

impl KeySet {
    /// Reads a JWKS document. A key without a `kid` can never be named, and kinds of keys that are not known do no harm:
    /// both are left out.
    pub(crate) fn parse(document: &[u8]) -> Result<Self, KeySetError> {
        let Document { keys } = serde_json::from_slice(document).map_err(|_| KeySetError::Format)?;
        let usable = |key: Value| {
            let jwk: Jwk = serde_json::from_value(key).ok()?;
            let key = verifying_key(&jwk)?;
            Some((jwk.common.key_id.clone()?, (jwk, key)))
        };
        let set: HashMap<_, _> = keys.into_iter().filter_map(usable).collect();
        if set.is_empty() { Err(KeySetError::Empty) } else { Ok(Self(set)) }
    }

    /// The key that `kid` names.
    pub(crate) fn find(&self, kid: &str) -> Option<Key> {
        self.0.get(kid).map(|(_, key)| key.clone())
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// The key of a JWK that is meant for signatures, with the algorithm that it declares, or else the usual one of its type.
fn verifying_key(jwk: &Jwk) -> Option<Key> {
    let common = &jwk.common;
    let signs = common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature);
    let verifies =
        common.key_operations.as_ref().is_none_or(|operations| operations.contains(&KeyOperations::Verify));
    if !(signs && verifies) {
        return None;
    }
    let decoding = DecodingKey::from_jwk(jwk).ok()?;
    let algorithm = match (common.key_algorithm, &jwk.algorithm) {
        // Anybody could guess a shorter secret, or the empty one.
        (_, AlgorithmParameters::OctetKey(_))
            if decoding.try_get_as_bytes().ok()?.len() < Secret::MIN_BYTES =>
        {
            return None;
        }
        (Some(declared), _) => declared.to_string().parse().ok()?,
        (None, AlgorithmParameters::EllipticCurve(curve)) => match curve.curve {
            EllipticCurve::P256 => Algorithm::ES256,
            EllipticCurve::P384 => Algorithm::ES384,
            _ => return None,
        },
        (None, AlgorithmParameters::OctetKeyPair(_)) => Algorithm::EdDSA,
        (None, AlgorithmParameters::RSA(_)) => Algorithm::RS256,
        (None, AlgorithmParameters::OctetKey(_)) => Algorithm::HS256,
        _ => return None,
    };
    Some(Key { algorithm, decoding })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mac(more: &Value) -> Value {
        let mut key = json!({"kty": "oct", "kid": "mac", "k": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"});
        key.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        key
    }

    fn parse(keys: &Value) -> Result<KeySet, KeySetError> {
        KeySet::parse(json!({ "keys": keys }).to_string().as_bytes())
    }

    #[test]
    fn keys_for_something_else_are_left_out() {
        for usable in [json!({}), json!({"use": "sig"}), json!({"key_ops": ["verify", "sign"]})] {
            assert_eq!(parse(&json!([mac(&usable)])).unwrap().len(), 1, "{usable}");
        }
        for unusable in [
            json!({"use": "enc"}),
            json!({"key_ops": ["sign"]}),
            json!({"key_ops": []}),
            json!({"use": "sig", "key_ops": ["encrypt"]}),
            json!({"kid": null}),
            json!({"alg": "RSA-OAEP"}),
            json!({"kty": "unheard-of"}),
            json!({"k": ""}),
            json!({"k": "c2hvcnQ"}),
        ] {
            assert_eq!(parse(&json!([mac(&unusable)])).err(), Some(KeySetError::Empty), "{unusable}");
            assert_eq!(parse(&json!([mac(&unusable), mac(&json!({"kid": "other"}))])).unwrap().len(), 1);
        }
    }

    #[test]
    fn what_is_no_set_is_told_from_an_empty_one() {
        for text in ["", "{}", "[]", "<html>", r#"{"keys": 1}"#] {
            assert_eq!(KeySet::parse(text.as_bytes()).err(), Some(KeySetError::Format), "{text}");
        }
        assert_eq!(parse(&json!([])).err(), Some(KeySetError::Empty));
    }

    #[test]
    fn equality_is_of_content_not_of_order() {
        let (one, two) = (mac(&json!({})), mac(&json!({"kid": "two"})));
        let set = |keys: [&Value; 2]| parse(&json!(keys)).unwrap();
        assert!(set([&one, &two]) == set([&two, &one]));
        let changed = mac(&json!({"k": "AAEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}));
        assert!(set([&one, &two]) != set([&changed, &two]));
        assert!(set([&one, &two]) != parse(&json!([one])).unwrap());
    }
}
