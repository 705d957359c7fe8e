//! The service's own signing secret.

use std::{io, path::Path};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};

use crate::kept::read_or_make;

/// A secret of at least [`Secret::MIN_BYTES`], for HS256.
#[derive(Debug, Clone)]
pub struct Secret(SecretString);

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Too short to resist guessing.
    #[error("the JWT secret has {0} bytes; at least {min} are needed", min = Secret::MIN_BYTES)]
    TooShort(usize),
    /// The file cannot be read or made.
    #[error("cannot keep the JWT secret in {path}")]
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

    /// Reads the secret in `path`; makes one there, for its owner alone, if there is none.
    pub fn read_or_make(path: &Path) -> Result<Self, SecretError> {
        let failed = |source| SecretError::File { path: path.display().to_string(), source };
        let text = read_or_make(path, random_text).map_err(failed)?;
        Self::new(text.trim().to_owned().into())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

/// 256 random bits from the operating system.
fn random_text() -> io::Result<String> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
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
    fn a_made_secret_is_kept_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/jwt-secret");
        let made = Secret::read_or_make(&path).unwrap();
        let read = Secret::read_or_make(&path).unwrap();
        assert_eq!(made.bytes(), read.bytes());
        assert_eq!(made.bytes().len(), 43);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
