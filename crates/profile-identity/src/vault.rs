//! Seals values with AES-256-GCM: a key for each person, wrapped under the operator's master key.

use std::{
    fs, io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use arc_swap::ArcSwap;
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    digest::{SHA256, digest},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use profile_domain::{
    Text,
    sealed::{Sealed, WrappedKey},
};
use profile_ports::{Unavailable, Vault};
use secrecy::{ExposeSecret as _, SecretString};

use crate::kept::read_or_make;

const KEY_BYTES: usize = 32;
/// What a wrapped key is sealed for.
const WRAPPING: &str = "person key";

/// Why there is no vault.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The text is no list of keys.
    #[error("a master key is {KEY_BYTES} random bytes in base64url, one a line or between commas")]
    Format,
    /// The file cannot be read or made.
    #[error("cannot keep the master key in {path}")]
    File {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The master key belongs to the operator's own settings.
    #[error(
        "the master key is a setting: put a new one before the old ones, separated by a comma, and rotate again"
    )]
    Setting,
}

/// A key that nobody sees.
#[derive(Clone)]
struct Key([u8; KEY_BYTES]);

impl Key {
    fn random() -> io::Result<Self> {
        let mut bytes = [0; KEY_BYTES];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        Ok(Self(bytes))
    }

    fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text.trim().trim_end_matches('=')).ok()?.try_into().ok().map(Self)
    }

    fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What tells it from others, and tells nothing else.
    fn name(&self) -> String {
        let hash = digest(&SHA256, &[b"name of a master key", self.0.as_slice()].concat());
        URL_SAFE_NO_PAD.encode(hash.as_ref().get(..8).unwrap_or_default())
    }

    /// The nonce, then the sealed bytes.
    fn seal(&self, context: &str, clear: &[u8]) -> Option<Vec<u8>> {
        let key = RandomizedNonceKey::new(&AES_256_GCM, &self.0).ok()?;
        let mut bytes = clear.to_vec();
        let nonce = key.seal_in_place_append_tag(Aad::from(context.as_bytes()), &mut bytes).ok()?;
        Some([nonce.as_ref().as_slice(), bytes.as_slice()].concat())
    }

    fn open(&self, context: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let key = RandomizedNonceKey::new(&AES_256_GCM, &self.0).ok()?;
        let (nonce, bytes) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut bytes = bytes.to_vec();
        key.open_in_place(nonce, Aad::from(context.as_bytes()), &mut bytes).ok().map(|clear| clear.to_vec())
    }
}

/// Master keys, the current one first.
struct Masters {
    current: Key,
    retired: Vec<Key>,
}

impl Masters {
    fn parse(text: &str) -> Result<Self, VaultError> {
        let words = text.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty());
        let mut keys =
            words.map(|word| Key::parse(word).ok_or(VaultError::Format)).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() {
            return Err(VaultError::Format);
        }
        let retired = keys.split_off(1);
        Ok(Self { current: keys.remove(0), retired })
    }

    fn named(&self, name: &str) -> Option<&Key> {
        std::iter::once(&self.current).chain(&self.retired).find(|key| key.name() == name)
    }
}

/// A vault whose master keys are a setting, or in a file that may be rotated while servers run.
pub struct KeyVault {
    masters: ArcSwap<Masters>,
    file: Option<PathBuf>,
}

impl KeyVault {
    /// The vault of these master keys, the current one first.
    pub fn of_setting(keys: &SecretString) -> Result<Self, VaultError> {
        let masters = ArcSwap::from_pointee(Masters::parse(keys.expose_secret())?);
        Ok(Self { masters, file: None })
    }

    /// The vault of the master keys in `path`; makes one there, for its owner alone, if there is none.
    pub fn read_or_make(path: &Path) -> Result<Self, VaultError> {
        let make = || Key::random().map(|key| key.text());
        let text = read_or_make(path, make).map_err(|source| failed(path, source))?;
        Ok(Self { masters: ArcSwap::from_pointee(Masters::parse(&text)?), file: Some(path.to_owned()) })
    }

    /// The name of the current master key.
    #[must_use]
    pub fn current(&self) -> String {
        self.masters.load().current.name()
    }

    /// Makes a new master key the current one. The one before it stays readable, as running servers still wrap with it
    /// until they meet the new one; older ones go if `forget` says so.
    pub fn rotate(&self, forget: bool) -> Result<(), VaultError> {
        let path = self.file.as_deref().ok_or(VaultError::Setting)?;
        let masters = self.masters.load();
        let current = Key::random().map_err(|source| failed(path, source))?;
        let older = if forget { &[] } else { masters.retired.as_slice() };
        let retired: Vec<Key> = std::iter::once(&masters.current).chain(older).cloned().collect();
        let lines: Vec<String> = std::iter::once(&current).chain(&retired).map(Key::text).collect();
        replace(path, &lines.join("\n")).map_err(|source| failed(path, source))?;
        self.masters.store(Arc::new(Masters { current, retired }));
        Ok(())
    }

    /// The master key called `name`; another process may have made it after this one began.
    fn master_named(&self, name: &str) -> Option<Key> {
        if let Some(key) = self.masters.load().named(name) {
            return Some(key.clone());
        }
        let text = fs::read_to_string(self.file.as_ref()?).ok()?;
        self.masters.store(Arc::new(Masters::parse(&text).ok()?));
        self.masters.load().named(name).cloned()
    }

    fn unwrap_key(&self, key: &WrappedKey) -> Option<Key> {
        let clear = self.master_named(&key.master)?.open(WRAPPING, &key.bytes)?;
        clear.try_into().ok().map(Key)
    }

    fn wrap(&self, key: &Key) -> Result<WrappedKey, Unavailable> {
        let masters = self.masters.load();
        let bytes =
            masters.current.seal(WRAPPING, &key.0).ok_or_else(|| Unavailable::vault("cannot wrap a key"))?;
        Ok(WrappedKey { master: masters.current.name(), bytes })
    }
}

fn failed(path: &Path, source: io::Error) -> VaultError {
    VaultError::File { path: path.display().to_string(), source }
}

/// Replaces a file by one that is whole and durable.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let draft = path.with_extension("new");
    let mut file = fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&draft)?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    fs::File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

impl Vault for KeyVault {
    fn new_key(&self) -> Result<WrappedKey, Unavailable> {
        self.wrap(&Key::random().map_err(Unavailable::vault)?)
    }

    fn seal(&self, key: &WrappedKey, context: &str, clear: &Text) -> Result<Sealed, Unavailable> {
        let key = self
            .unwrap_key(key)
            .ok_or_else(|| Unavailable::vault("the master key of a person is unknown"))?;
        let sealed = key.seal(context, clear.as_str().as_bytes());
        sealed.map(Sealed).ok_or_else(|| Unavailable::vault("cannot seal a value"))
    }

    fn open(&self, key: &WrappedKey, context: &str, sealed: &Sealed) -> Option<Text> {
        let clear = self.unwrap_key(key)?.open(context, &sealed.0)?;
        Text::try_from(String::from_utf8(clear).ok()?).ok()
    }

    fn master(&self) -> String {
        self.current()
    }

    fn rewrap(&self, key: &WrappedKey) -> Result<WrappedKey, Unavailable> {
        let clear = self
            .unwrap_key(key)
            .ok_or_else(|| Unavailable::vault("the master key of a person is unknown"))?;
        self.wrap(&clear)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text {
        Text::try_from(text).unwrap()
    }

    #[test]
    fn a_seal_opens_for_its_key_and_context_alone() {
        let folder = tempfile::tempdir().unwrap();
        let vault = KeyVault::read_or_make(&folder.path().join("keys/master-key")).unwrap();
        let (key, other) = (vault.new_key().unwrap(), vault.new_key().unwrap());
        let sealed = vault.seal(&key, "a", &text("1991-12-03")).unwrap();
        assert_eq!(vault.open(&key, "a", &sealed), Some(text("1991-12-03")));
        assert_ne!(vault.seal(&key, "a", &text("1991-12-03")).unwrap(), sealed);
        assert_eq!(vault.open(&key, "b", &sealed), None);
        assert_eq!(vault.open(&other, "a", &sealed), None);
        let mut damaged = sealed.clone();
        *damaged.0.last_mut().unwrap() ^= 1;
        assert_eq!(vault.open(&key, "a", &damaged), None);
        assert_eq!(vault.open(&key, "a", &Sealed(Vec::new())), None);
        assert!(!sealed.0.windows(4).any(|window| window == b"1991"));
    }

    #[test]
    fn a_running_server_follows_a_rotation() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/master-key");
        let (server, operator) =
            (KeyVault::read_or_make(&path).unwrap(), KeyVault::read_or_make(&path).unwrap());
        let key = server.new_key().unwrap();
        let sealed = server.seal(&key, "a", &text("x")).unwrap();
        operator.rotate(false).unwrap();
        assert_ne!(operator.master(), key.master);
        assert_eq!(operator.open(&key, "a", &sealed), Some(text("x")), "old keys stay readable");
        let rewrapped = operator.rewrap(&key).unwrap();
        assert_eq!(server.open(&rewrapped, "a", &sealed), Some(text("x")), "the server reads the file again");
        operator.rotate(true).unwrap();
        operator.rotate(true).unwrap();
        assert_eq!(operator.open(&key, "a", &sealed), None, "what is forgotten is lost");
    }

    #[test]
    fn a_setting_is_a_list_with_the_current_key_first() {
        let (new, old) = (Key::random().unwrap(), Key::random().unwrap());
        let before = KeyVault::of_setting(&old.text().into()).unwrap();
        let key = before.new_key().unwrap();
        let after = KeyVault::of_setting(&format!("{}, {}", new.text(), old.text()).into()).unwrap();
        assert_eq!(after.master(), new.name());
        assert_eq!(after.rewrap(&key).unwrap().master, new.name());
        assert!(matches!(after.rotate(false), Err(VaultError::Setting)));
        for wrong in ["", "short", "a,b"] {
            assert!(matches!(KeyVault::of_setting(&wrong.into()), Err(VaultError::Format)), "{wrong}");
        }
    }
}
