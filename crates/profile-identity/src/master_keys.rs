//! The operator's master keys: how they are written, and which of them is current.

use std::io;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::{aes_key::AesKey, key_file::Stamp, vault::VaultError};

#[derive(Clone)]
pub(crate) struct MasterKey {
    pub(crate) name: String,
    pub(crate) key: AesKey,
}

impl From<AesKey> for MasterKey {
    fn from(key: AesKey) -> Self {
        Self { name: URL_SAFE_NO_PAD.encode(key.id("name of a master key")), key }
    }
}

impl MasterKey {
    pub(crate) fn random() -> io::Result<Self> {
        AesKey::random().map(Self::from)
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?);
        AesKey::from_bytes(&bytes).map(Self::from)
    }

    pub(crate) fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.key.bytes()))
    }
}

/// Master keys as they are listed; never empty.
#[derive(Clone)]
pub(crate) struct MasterKeys {
    pub(crate) first: MasterKey,
    pub(crate) others: Vec<MasterKey>,
    /// The name of the one that new keys are wrapped under.
    pub(crate) current: String,
    /// The state of the file that they were read from.
    pub(crate) stamp: Option<Stamp>,
}

impl From<MasterKey> for MasterKeys {
    fn from(first: MasterKey) -> Self {
        Self { current: first.name.clone(), first, others: Vec::new(), stamp: None }
    }
}

impl MasterKeys {
    /// Reads a list, one key a line or between commas; the first one is the current one.
    pub(crate) fn parse(text: &str, stamp: Option<Stamp>) -> Result<Self, VaultError> {
        let words = text.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty());
        let keys: Option<Vec<MasterKey>> = words.map(MasterKey::parse).collect();
        let mut keys = keys.ok_or(VaultError::Format)?.into_iter();
        let first = keys.next().ok_or(VaultError::Format)?;
        Ok(Self { current: first.name.clone(), first, others: keys.collect(), stamp })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &MasterKey> {
        std::iter::once(&self.first).chain(&self.others)
    }

    pub(crate) fn named(&self, name: &str) -> Option<&MasterKey> {
        self.iter().find(|key| key.name == name)
    }

    pub(crate) fn current(&self) -> &MasterKey {
        self.named(&self.current).unwrap_or(&self.first)
    }

    pub(crate) fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::new());
        for key in self.iter() {
            text.push_str(&key.text());
            text.push('\n');
        }
        text
    }
}
