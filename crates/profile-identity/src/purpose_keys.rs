//! The keyed hash of API keys and seals, and the vault of the service: a key for each purpose, derived from the service's own
//! random key.

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    hkdf::{HKDF_SHA256, Salt},
    hmac,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use profile_domain::{Text, sealed::Sealed};
use profile_ports::{KeyedHash, Purpose, ServiceVault, Unavailable};
use zeroize::Zeroizing;

use crate::aes_key::AesKey;

/// What the key that seals is derived for.
const SEAL: &str = "what the service seals for itself";

/// Hashes and seals with the keys that are derived from one.
pub struct PurposeKeys {
    hashes: [hmac::Key; Purpose::ALL.len()],
    seal: AesKey,
}

/// The key that was to be derived from is too short.
#[derive(Debug, thiserror::Error)]
#[error("cannot derive keys from a key of {0} bytes")]
pub struct DeriveError(usize);

const fn label(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::ApiKey => "API keys",
        Purpose::UsersCursor => "cursors of users",
        Purpose::UploadAddress => "upload addresses",
        Purpose::ContentAddress => "content addresses",
        Purpose::Request => "requests with an idempotency key",
        Purpose::ExclusionKey => "exclusion key",
        Purpose::Fingerprint => "fingerprints of secrets",
        Purpose::OperatorKey => "operator keys",
        Purpose::OperatorSecret => "seeds of operator keys",
        Purpose::OperatorCursor => "cursors of the operator API",
        Purpose::Caller => "callers whose calls are counted",
    }
}

impl PurposeKeys {
    /// Derives a key for each purpose from `root`, which has 32 random bytes or more.
    pub fn derive(root: &[u8]) -> Result<Self, DeriveError> {
        if root.len() < 32 {
            return Err(DeriveError(root.len()));
        }
        let extracted = Salt::new(HKDF_SHA256, b"profile").extract(root);
        let derived = |label: &str| {
            let mut bytes = Zeroizing::new([0; 32]);
            let info = [label.as_bytes()];
            extracted.expand(&info, HKDF_SHA256).and_then(|okm| okm.fill(bytes.as_mut_slice())).ok()?;
            Some(bytes)
        };
        let hash = |purpose| Some(hmac::Key::new(hmac::HMAC_SHA256, derived(label(purpose))?.as_slice()));
        let hashes: Option<Vec<hmac::Key>> = Purpose::ALL.into_iter().map(hash).collect();
        let hashes = hashes.and_then(|hashes| hashes.try_into().ok());
        let seal = derived(SEAL).and_then(|bytes| AesKey::from_bytes(bytes.as_slice()));
        hashes.zip(seal).map(|(hashes, seal)| Self { hashes, seal }).ok_or(DeriveError(root.len()))
    }

    fn key(&self, purpose: Purpose) -> &hmac::Key {
        let [
            api_key,
            users_cursor,
            upload_address,
            content_address,
            request,
            exclusion_key,
            fingerprint,
            operator_key,
            operator_secret,
            operator_cursor,
            caller,
        ] = &self.hashes;
        match purpose {
            Purpose::ApiKey => api_key,
            Purpose::UsersCursor => users_cursor,
            Purpose::UploadAddress => upload_address,
            Purpose::ContentAddress => content_address,
            Purpose::Request => request,
            Purpose::ExclusionKey => exclusion_key,
            Purpose::Fingerprint => fingerprint,
            Purpose::OperatorKey => operator_key,
            Purpose::OperatorSecret => operator_secret,
            Purpose::OperatorCursor => operator_cursor,
            Purpose::Caller => caller,
        }
    }
}

impl KeyedHash for PurposeKeys {
    fn hash(&self, purpose: Purpose, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(self.key(purpose), text.as_bytes()))
    }

    fn seals(&self, purpose: Purpose, text: &str, given: &str) -> bool {
        verify_slices_are_equal(self.hash(purpose, text).as_bytes(), given.as_bytes()).is_ok()
    }
}

impl ServiceVault for PurposeKeys {
    fn seal(&self, context: &str, clear: &Text) -> Result<Sealed, Unavailable> {
        let bytes = self.seal.seal(context, clear.as_str().as_bytes());
        bytes.map(Sealed).ok_or_else(|| Unavailable::vault("cannot seal a value"))
    }

    fn open(&self, context: &str, Sealed(bytes): &Sealed) -> Result<Text, Unavailable> {
        let clear = self.seal.open(context, bytes);
        let text = clear.and_then(|clear| Text::try_from(str::from_utf8(&clear).ok()?).ok());
        text.ok_or_else(|| {
            Unavailable::vault("a value that the service has sealed is damaged, or another service's")
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn hashes_depend_on_key_purpose_and_text() {
        let (one, other) = (PurposeKeys::derive(&[1; 32]).unwrap(), PurposeKeys::derive(&[2; 32]).unwrap());
        let mut hashes: BTreeSet<String> = Purpose::ALL.map(|purpose| one.hash(purpose, "text")).into();
        hashes.extend([one.hash(Purpose::ApiKey, "texts"), other.hash(Purpose::ApiKey, "text")]);
        assert_eq!(hashes.len(), Purpose::ALL.len() + 2);
        assert_eq!(
            one.hash(Purpose::ApiKey, "text"),
            PurposeKeys::derive(&[1; 32]).unwrap().hash(Purpose::ApiKey, "text")
        );
        assert!(PurposeKeys::derive(&[1; 31]).is_err());
    }

    #[test]
    fn a_seal_is_good_for_its_text_and_purpose_alone() {
        let keys = PurposeKeys::derive(&[1; 32]).unwrap();
        let seal = keys.hash(Purpose::UsersCursor, "text");
        assert!(keys.seals(Purpose::UsersCursor, "text", &seal));
        assert!(!keys.seals(Purpose::UploadAddress, "text", &seal));
        assert!(!keys.seals(Purpose::UsersCursor, "text", ""));
        assert!(!keys.seals(Purpose::UsersCursor, "texts", &seal));
    }

    #[test]
    fn what_the_service_seals_opens_for_its_key_and_context_alone() {
        let (one, other) = (PurposeKeys::derive(&[1; 32]).unwrap(), PurposeKeys::derive(&[2; 32]).unwrap());
        let clear = Text::try_from("whsec_Zoë").unwrap();
        let sealed = one.seal("a", &clear).unwrap();
        assert_eq!(one.open("a", &sealed).unwrap(), clear);
        assert_eq!(PurposeKeys::derive(&[1; 32]).unwrap().open("a", &sealed).unwrap(), clear);
        assert_ne!(one.seal("a", &clear).unwrap(), sealed);
        assert!(one.open("b", &sealed).is_err());
        assert!(other.open("a", &sealed).is_err());
        assert!(one.open("a", &Sealed(Vec::new())).is_err());
        assert!(!sealed.0.windows(5).any(|window| window == b"whsec"));
    }
}
