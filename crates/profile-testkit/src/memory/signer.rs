//! A signer without any key.

use profile_ports::{Signer, Unavailable};
use serde_json::{Value, json};

/// Shows what it would have signed: `typ.payload.unsigned`, which no key verifies.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainSigner;

impl Signer for PlainSigner {
    fn sign(&self, typ: &str, payload: &[u8]) -> Result<String, Unavailable> {
        Ok(format!("{typ}.{}.unsigned", String::from_utf8_lossy(payload)))
    }

    fn jwks(&self) -> Value {
        json!({ "keys": [] })
    }
}
