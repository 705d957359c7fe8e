//! A 256-bit key that seals with AES-256-GCM, and whose bytes are wiped when it is dropped.

use std::{io, sync::Arc};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    digest::{SHA256, digest},
};
use zeroize::Zeroizing;

pub(crate) const KEY_BYTES: usize = 32;
pub(crate) const ID_BYTES: usize = 8;

/// A key with its schedule, which costs more to make than to use.
#[derive(Clone)]
pub(crate) struct AesKey {
    bytes: Zeroizing<[u8; KEY_BYTES]>,
    cipher: Arc<RandomizedNonceKey>,
}

impl AesKey {
    pub(crate) fn random() -> io::Result<Self> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        getrandom::fill(bytes.as_mut_slice()).map_err(io::Error::other)?;
        Self::from_bytes(bytes.as_slice()).ok_or_else(|| io::Error::other("a random key cannot be used"))
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let cipher = Arc::new(RandomizedNonceKey::new(&AES_256_GCM, bytes).ok()?);
        Some(Self { bytes: Zeroizing::new(bytes.try_into().ok()?), cipher })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// Tells the key from others of the same `kind`, and tells nothing else.
    pub(crate) fn id(&self, kind: &str) -> [u8; ID_BYTES] {
        let named = Zeroizing::new([kind.as_bytes(), self.bytes()].concat());
        let mut id = [0; ID_BYTES];
        for (to, from) in id.iter_mut().zip(digest(&SHA256, &named).as_ref()) {
            *to = *from;
        }
        id
    }

    /// Returns the nonce, then the sealed bytes.
    pub(crate) fn seal(&self, context: &str, clear: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = clear.to_vec();
        let nonce = self.cipher.seal_in_place_append_tag(Aad::from(context.as_bytes()), &mut bytes).ok()?;
        Some([nonce.as_ref().as_slice(), bytes.as_slice()].concat())
    }

    pub(crate) fn open(&self, context: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, bytes) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut bytes = Zeroizing::new(bytes.to_vec());
        let length = self.cipher.open_in_place(nonce, Aad::from(context.as_bytes()), &mut bytes).ok()?.len();
        bytes.truncate(length);
        Some(bytes)
    }
}
