//! The service's own signing secret.

use std::{io, path::Path};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use profile_ports::{KeyedHash, Purpose};
use secrecy::{ExposeSecret as _, SecretString};

use crate::key_file;

/// A secret of at least [`Secret::MIN_BYTES`], for HS256.
#[derive(Debug, Clone)]
pub struct Secret(SecretString);

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Too short to resist guessing.
    #[error("the JWT secret has {0} bytes; at least {min} are needed", min = Secret::MIN_BYTES)]
    TooShort(usize),
    /// The file cannot be used.
    #[error("cannot use the JWT secret file {path}")]
    File {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl Secret {
    /// An HS256 secret should be as long as its hash.
    pub const MIN_BYTES: usize = 32;

    /// Takes `secret` if it is long enough.
    pub fn new(secret: SecretString) -> Result<Self, SecretError> {
        match secret.expose_secret().len() {
            short if short < Self::MIN_BYTES => Err(SecretError::TooShort(short)),
            _ => Ok(Self(secret)),
        }
    }

    /// Reads the secret in the file at `path`; `None` if there is no file.
    pub fn read(path: &Path) -> Result<Option<Self>, SecretError> {
        let failed = |source| SecretError::File { path: path.display().to_string(), source };
        let found = key_file::read(path).map_err(failed)?;
        found.map(|(text, _)| Self::new(text.trim().to_owned().into())).transpose()
    }

    /// Creates the file at `path` with a new secret, unless it is there, and reads it.
    pub fn create(path: &Path) -> Result<Self, SecretError> {
        let failed = |source| SecretError::File { path: path.display().to_string(), source };
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes).map_err(|error| failed(io::Error::other(error)))?;
        key_file::create(path, &URL_SAFE_NO_PAD.encode(bytes)).map_err(failed)?;
        Self::read(path)?.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))
    }

    /// Returns what a database may remember of the secret: who does not have the key of `hash` cannot guess from it.
    #[must_use]
    pub fn fingerprint(&self, hash: &dyn KeyedHash) -> String {
        hash.hash(Purpose::Fingerprint, self.0.expose_secret())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_short_secret_is_refused_and_never_shown() {
        assert!(matches!(Secret::new("x".repeat(31).into()), Err(SecretError::TooShort(31))));
        let secret = Secret::new("s".repeat(32).into()).unwrap();
        assert!(!format!("{secret:?}").contains("sss"));
    }

    #[test]
    fn a_created_secret_is_stored_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/jwt-secret");
        assert!(Secret::read(&path).unwrap().is_none());
        let created = Secret::create(&path).unwrap();
        assert_eq!(created.bytes(), Secret::create(&path).unwrap().bytes());
        assert_eq!(created.bytes().len(), 43);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
