//! Seals values with AES-256-GCM: a key for each person, wrapped under the operator's master key.

use std::{
    io,
    path::{Path, PathBuf},
};

use arc_swap::ArcSwap;
use profile_domain::{
    PersonId, Text,
    sealed::{Sealed, WrappedKey},
};
use profile_ports::{Unavailable, UnlockedKey, Vault};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::{
    aes_key::{AesKey, ID_BYTES, KEY_BYTES},
    key_file,
    master_keys::{MasterKey, MasterKeys},
};

/// What the id of a data key is derived for.
const DATA_KEY: &str = "name of a data key";

/// Why there is no vault.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The text is no list of keys.
    #[error("a master key is {KEY_BYTES} random bytes in base64url, one a line or between commas")]
    Format,
    /// The file cannot be used.
    #[error("cannot use the master key file {path}")]
    File {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The master key is a setting, which only the operator can change.
    #[error(
        "the master key is a setting: put a new one before the old ones, separated by a comma, start the servers again \
         and repeat this"
    )]
    Setting,
}

/// A vault whose master keys are a setting, or in a file that is read again when it changes.
pub struct KeyVault {
    keys: ArcSwap<MasterKeys>,
    file: Option<PathBuf>,
}

impl KeyVault {
    /// Returns the vault of these master keys.
    pub fn of_setting(keys: &SecretString) -> Result<Self, VaultError> {
        Ok(Self { keys: ArcSwap::from_pointee(MasterKeys::parse(keys.expose_secret(), None)?), file: None })
    }

    /// Returns the vault of the master keys in the file at `path`; `None` if there is no file.
    pub fn read(path: &Path) -> Result<Option<Self>, VaultError> {
        let keys = read_keys(path)?;
        Ok(keys.map(|keys| Self { keys: ArcSwap::from_pointee(keys), file: Some(path.to_owned()) }))
    }

    /// Creates the file at `path` with a new master key, unless it is there, and returns its vault.
    pub fn create(path: &Path) -> Result<Self, VaultError> {
        let failed = |source| VaultError::File { path: path.display().to_string(), source };
        let key = MasterKey::random().map_err(failed)?;
        key_file::create(path, &MasterKeys::from(key).text()).map_err(failed)?;
        Self::read(path)?.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))
    }

    /// Returns a vault with a master key that nobody will see again, for work that leaves nothing behind.
    pub fn ephemeral() -> Result<Self, VaultError> {
        let failed = |source| VaultError::File { path: "(none)".to_owned(), source };
        let key = MasterKey::random().map_err(failed)?;
        Ok(Self { keys: ArcSwap::from_pointee(key.into()), file: None })
    }

    /// Returns the names of the master keys that are held, as they are listed.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.keys.load().iter().map(|key| key.name.clone()).collect()
    }

    /// Returns the name of the master key that is listed first, which is the current one after the next rotation.
    #[must_use]
    pub fn first(&self) -> String {
        self.keys.load().first.name.clone()
    }

    /// Reads the file again if it has changed. The current key stays the current one.
    pub fn reload(&self) -> Result<(), VaultError> {
        let Some(path) = &self.file else { return Ok(()) };
        if key_file::stamp(path) == self.keys.load().stamp {
            return Ok(());
        }
        // A file that is gone takes no key away: the operator may be about to put another in its place.
        if let Some(read) = read_keys(path)? {
            self.keys.rcu(|before| {
                let current = read.named(&before.current).map_or(&read.first.name, |key| &key.name);
                MasterKeys { current: current.clone(), ..read.clone() }
            });
        }
        Ok(())
    }

    /// Writes a new master key before the others in the file and returns its name; the file holds it durably then. It is
    /// not the current one yet. The caller holds the lock of the folder.
    pub fn add_key(&self) -> Result<String, VaultError> {
        let path = self.file.as_deref().ok_or(VaultError::Setting)?;
        let failed = |source| VaultError::File { path: path.display().to_string(), source };
        self.reload()?;
        let key = MasterKey::random().map_err(failed)?;
        let name = key.name.clone();
        let keys = self.keys.load();
        let others = keys.iter().cloned().collect();
        let next = MasterKeys { first: key, others, current: keys.current.clone(), stamp: None };
        key_file::replace(path, &next.text()).map_err(failed)?;
        self.reload()?;
        self.keys.load().named(&name).ok_or_else(|| failed(io::Error::other("it lacks the new key")))?;
        Ok(name)
    }

    /// Removes a master key that is not the current one from the file; returns whether it was there. The caller holds the
    /// lock of the folder.
    pub fn remove_key(&self, name: &str) -> Result<bool, VaultError> {
        self.reload()?;
        let keys = self.keys.load();
        if keys.named(name).is_none() || keys.current == name {
            return Ok(false);
        }
        let path = self.file.as_deref().ok_or(VaultError::Setting)?;
        let mut rest = keys.iter().filter(|key| key.name != name).cloned();
        let Some(first) = rest.next() else { return Ok(false) };
        let next = MasterKeys { first, others: rest.collect(), current: keys.current.clone(), stamp: None };
        let failed = |source| VaultError::File { path: path.display().to_string(), source };
        key_file::replace(path, &next.text()).map_err(failed)?;
        self.reload()?;
        Ok(true)
    }

    /// Whether the master keys are a setting and not a file.
    #[must_use]
    pub fn is_setting(&self) -> bool {
        self.file.is_none()
    }

    /// Returns a new key of the service's own, wrapped under the current master key.
    pub fn new_service_key(&self, name: &str) -> Result<WrappedKey, Unavailable> {
        self.wrap(&service_context(name), &random()?)
    }

    /// Returns the service's own key.
    pub fn open_service_key(&self, name: &str, key: &WrappedKey) -> Result<Zeroizing<Vec<u8>>, Unavailable> {
        let opened = self.unwrap_key(&service_context(name), key)?;
        Ok(Zeroizing::new(opened.bytes().to_vec()))
    }

    /// Returns the service's own key, wrapped under the current master key.
    pub fn rewrap_service_key(&self, name: &str, key: &WrappedKey) -> Result<WrappedKey, Unavailable> {
        let context = service_context(name);
        self.wrap(&context, &self.unwrap_key(&context, key)?)
    }

    /// The master key called `name`; another process may have made it after this one began.
    fn master_named(&self, name: &str) -> Option<AesKey> {
        if let Some(master) = self.keys.load().named(name) {
            return Some(master.key.clone());
        }
        if let Err(error) = self.reload() {
            tracing::warn!(error = %profile_ports::Chain(&error), "cannot read the master keys again");
        }
        self.keys.load().named(name).map(|master| master.key.clone())
    }

    fn unwrap_key(&self, context: &str, key: &WrappedKey) -> Result<AesKey, Unavailable> {
        let master = self
            .master_named(&key.master)
            .ok_or_else(|| Unavailable::vault(format!("the master key {} is missing", key.master)))?;
        let opened = master.open(context, &key.bytes).and_then(|clear| AesKey::from_bytes(&clear));
        opened.ok_or_else(|| Unavailable::vault("a wrapped key is damaged, or another person's"))
    }

    fn wrap(&self, context: &str, key: &AesKey) -> Result<WrappedKey, Unavailable> {
        let keys = self.keys.load();
        let master = keys.current();
        let bytes =
            master.key.seal(context, key.bytes()).ok_or_else(|| Unavailable::vault("cannot wrap a key"))?;
        Ok(WrappedKey { master: master.name.clone(), bytes })
    }
}

fn read_keys(path: &Path) -> Result<Option<MasterKeys>, VaultError> {
    let failed = |source| VaultError::File { path: path.display().to_string(), source };
    let Some((text, stamp)) = key_file::read(path).map_err(failed)? else { return Ok(None) };
    let keys = MasterKeys::parse(&text, Some(stamp));
    keys.map(Some).map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidData, error)))
}

fn random() -> Result<AesKey, Unavailable> {
    AesKey::random().map_err(Unavailable::vault)
}

fn person_context(person: PersonId) -> String {
    format!("person key\n{}", person.0)
}

fn service_context(name: &str) -> String {
    format!("service key\n{name}")
}

impl Vault for KeyVault {
    fn new_key(&self, person: PersonId) -> Result<WrappedKey, Unavailable> {
        self.wrap(&person_context(person), &random()?)
    }

    fn unlock(&self, person: PersonId, key: &WrappedKey) -> Result<Box<dyn UnlockedKey>, Unavailable> {
        let key = self.unwrap_key(&person_context(person), key)?;
        Ok(Box::new(PersonKey { id: key.id(DATA_KEY), key }))
    }

    fn master(&self) -> String {
        self.keys.load().current().name.clone()
    }

    fn holds(&self, master: &str) -> bool {
        self.master_named(master).is_some()
    }

    fn use_master(&self, master: &str) -> Result<(), Unavailable> {
        if !self.holds(master) {
            return Err(Unavailable::vault(format!("the master key {master} is missing")));
        }
        self.keys.rcu(|keys| MasterKeys { current: master.to_owned(), ..(**keys).clone() });
        Ok(())
    }

    fn rewrap(&self, person: PersonId, key: &WrappedKey) -> Result<WrappedKey, Unavailable> {
        let context = person_context(person);
        self.wrap(&context, &self.unwrap_key(&context, key)?)
    }
}

/// A person's key, ready for use.
struct PersonKey {
    id: [u8; ID_BYTES],
    key: AesKey,
}

impl UnlockedKey for PersonKey {
    fn seal(&self, context: &str, clear: &Text) -> Result<Sealed, Unavailable> {
        let bytes = self.key.seal(context, clear.as_str().as_bytes());
        let bytes = bytes.ok_or_else(|| Unavailable::vault("cannot seal a value"))?;
        Ok(Sealed([self.id.as_slice(), bytes.as_slice()].concat()))
    }

    fn open(&self, context: &str, sealed: &Sealed) -> Result<Option<Text>, Unavailable> {
        let damaged = || Unavailable::vault("a sealed value is damaged");
        let (id, bytes) = sealed.0.split_at_checked(ID_BYTES).ok_or_else(damaged)?;
        if id != self.id {
            return Ok(None);
        }
        let clear = self.key.open(context, bytes).ok_or_else(damaged)?;
        let text = str::from_utf8(&clear).ok().and_then(|text| Text::try_from(text).ok());
        text.map(Some).ok_or_else(damaged)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ADA: PersonId = PersonId(Uuid::from_u128(1));
    const BEN: PersonId = PersonId(Uuid::from_u128(2));

    fn seal(vault: &KeyVault, person: PersonId, key: &WrappedKey, clear: &str) -> Sealed {
        vault.unlock(person, key).unwrap().seal("a", &text(clear)).unwrap()
    }

    fn open(
        vault: &KeyVault,
        person: PersonId,
        key: &WrappedKey,
        context: &str,
        sealed: &Sealed,
    ) -> Result<Option<Text>, Unavailable> {
        vault.unlock(person, key)?.open(context, sealed)
    }

    fn text(text: &str) -> Text {
        Text::try_from(text).unwrap()
    }

    #[test]
    fn a_seal_opens_for_its_person_and_context_alone() {
        let vault = KeyVault::ephemeral().unwrap();
        let key = vault.new_key(ADA).unwrap();
        let born = text("1991-12-03");
        let sealed = seal(&vault, ADA, &key, "1991-12-03");
        assert_eq!(open(&vault, ADA, &key, "a", &sealed).unwrap(), Some(born.clone()));
        assert_ne!(seal(&vault, ADA, &key, "1991-12-03"), sealed);
        assert!(open(&vault, ADA, &key, "b", &sealed).is_err());
        assert!(open(&vault, BEN, &key, "a", &sealed).is_err(), "a key is bound to its person");
        assert!(vault.rewrap(BEN, &key).is_err());
        let mut damaged = sealed.clone();
        *damaged.0.last_mut().unwrap() ^= 1;
        assert!(open(&vault, ADA, &key, "a", &damaged).is_err());
        assert!(open(&vault, ADA, &key, "a", &Sealed(Vec::new())).is_err());
        assert!(!sealed.0.windows(4).any(|window| window == b"1991"));
    }

    #[test]
    fn what_an_erased_key_has_sealed_is_gone_and_what_a_missing_one_has_sealed_is_an_error() {
        let vault = KeyVault::ephemeral().unwrap();
        let erased = vault.new_key(ADA).unwrap();
        let sealed = seal(&vault, ADA, &erased, "x");
        let later = vault.new_key(ADA).unwrap();
        assert_eq!(open(&vault, ADA, &later, "a", &sealed).unwrap(), None);
        let other = KeyVault::ephemeral().unwrap();
        assert!(open(&other, ADA, &erased, "a", &sealed).is_err());
    }

    #[test]
    fn a_new_master_key_is_in_the_file_before_it_is_current() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/master-key");
        assert!(KeyVault::read(&path).unwrap().is_none());
        let (server, operator) = (KeyVault::create(&path).unwrap(), KeyVault::create(&path).unwrap());
        let before = server.master();
        let key = server.new_key(ADA).unwrap();
        let sealed = seal(&server, ADA, &key, "x");
        let new = operator.add_key().unwrap();
        assert_eq!((operator.master(), operator.first()), (before.clone(), new.clone()));
        assert_eq!(server.new_key(BEN).unwrap().master, before);
        operator.use_master(&new).unwrap();
        let rewrapped = operator.rewrap(ADA, &key).unwrap();
        assert_eq!(rewrapped.master, new);
        assert_eq!(
            open(&server, ADA, &rewrapped, "a", &sealed).unwrap(),
            Some(text("x")),
            "the file is read again"
        );
        assert_eq!(server.master(), before);
        server.use_master(&new).unwrap();
        assert!(!operator.remove_key(&new).unwrap(), "never the current one");
        assert!(operator.remove_key(&before).unwrap());
        assert!(open(&operator, ADA, &key, "a", &sealed).is_err(), "what is forgotten is lost");
        assert_eq!(operator.names(), [new]);
    }

    #[test]
    fn a_setting_is_a_list_that_only_its_owner_changes() {
        let (new, old) = (MasterKey::random().unwrap(), MasterKey::random().unwrap());
        let before = KeyVault::of_setting(&old.text().to_string().into()).unwrap();
        let key = before.new_key(ADA).unwrap();
        let after = KeyVault::of_setting(&format!("{}, {}", *new.text(), *old.text()).into()).unwrap();
        assert_eq!(after.first(), new.name);
        assert_eq!(after.rewrap(ADA, &key).unwrap().master, new.name);
        assert!(matches!(after.add_key(), Err(VaultError::Setting)));
        for wrong in ["", "short", "a,b"] {
            assert!(matches!(KeyVault::of_setting(&wrong.into()), Err(VaultError::Format)), "{wrong}");
        }
    }
}
