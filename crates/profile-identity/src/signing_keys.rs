//! The service's own ES256 key pairs, with which it signs and verifies the tokens of the users contract.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use arc_swap::ArcSwap;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use jsonwebtoken::{DecodingKey, EncodingKey};
use pem::Pem;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::{
    key_file::{self, Stamp},
    public_key::PublicKey,
};

const TAG: &str = "PRIVATE KEY";

/// A key pair and the name under which tokens refer to it.
pub(crate) struct KeyPair {
    pub(crate) kid: String,
    pub(crate) encoding: EncodingKey,
    pub(crate) decoding: DecodingKey,
    pem: Zeroizing<String>,
    public: PublicKey,
}

/// Why there is no key pair.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// The file cannot be used.
    #[error("cannot use the signing key file {path}")]
    File {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The text is something else.
    #[error("a users signing key is an ES256 (P-256) key pair as PKCS#8 PEM (`-----BEGIN PRIVATE KEY-----`)")]
    Format,
    /// The key pair is a setting, which only the operator can change.
    #[error(
        "the users signing key is a setting: put a new PEM block before the old one, start the servers again and repeat \
         this"
    )]
    Setting,
}

/// The pairs as they are listed; never empty.
#[derive(Clone)]
struct Ring {
    pairs: Vec<Arc<KeyPair>>,
    /// The one that signs.
    current: Arc<KeyPair>,
    /// Names of those whose tokens have all expired.
    ended: BTreeSet<String>,
    stamp: Option<Stamp>,
}

/// One key pair that signs, and those before it whose tokens are still valid.
pub struct SigningKeys {
    ring: ArcSwap<Ring>,
    file: Option<PathBuf>,
}

impl KeyPair {
    fn parse(block: &Pem) -> Option<Self> {
        if block.tag() != TAG {
            return None;
        }
        let pkcs8 = block.contents();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).ok()?;
        let public = PublicKey::of_point(pair.public_key().as_ref())?;
        Some(Self {
            kid: public.kid.clone(),
            encoding: EncodingKey::from_ec_der(pkcs8),
            decoding: DecodingKey::from_ec_components(&public.x, &public.y).ok()?,
            pem: Zeroizing::new(pem::encode(block)),
            public,
        })
    }
}

impl Ring {
    fn parse(text: &str, stamp: Option<Stamp>) -> Result<Self, SigningKeyError> {
        // Some tools write the line ends of a variable as two characters.
        let text = Zeroizing::new(text.replace("\\n", "\n"));
        let blocks = pem::parse_many(text.as_bytes()).map_err(|_| SigningKeyError::Format)?;
        let pairs: Option<Vec<_>> = blocks.iter().map(|block| KeyPair::parse(block).map(Arc::new)).collect();
        let pairs = pairs.ok_or(SigningKeyError::Format)?;
        let current = Arc::clone(pairs.first().ok_or(SigningKeyError::Format)?);
        Ok(Self { pairs, current, ended: BTreeSet::new(), stamp })
    }

    fn named(&self, kid: &str) -> Option<&Arc<KeyPair>> {
        self.pairs.iter().find(|pair| pair.kid == kid)
    }

    /// Those that verify: a pair that has ended still does if it is the one that signs.
    fn living(&self) -> impl Iterator<Item = &Arc<KeyPair>> {
        self.pairs.iter().filter(|pair| pair.kid == self.current.kid || !self.ended.contains(&pair.kid))
    }
}

impl SigningKeys {
    /// Returns the key pairs of a setting, the one that signs first.
    pub fn of_setting(text: &SecretString) -> Result<Self, SigningKeyError> {
        Ok(Self { ring: ArcSwap::from_pointee(Ring::parse(text.expose_secret(), None)?), file: None })
    }

    /// Reads the key pairs in the file at `path`; `None` if there is no file.
    pub fn read(path: &Path) -> Result<Option<Self>, SigningKeyError> {
        let ring = read_ring(path)?;
        Ok(ring.map(|ring| Self { ring: ArcSwap::from_pointee(ring), file: Some(path.to_owned()) }))
    }

    /// Creates the file at `path` with a new key pair, unless it is there, and reads it.
    pub fn create(path: &Path) -> Result<Self, SigningKeyError> {
        let failed = |source| SigningKeyError::File { path: path.display().to_string(), source };
        key_file::create(path, &generate().map_err(failed)?).map_err(failed)?;
        Self::read(path)?.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))
    }

    /// Returns the names of the key pairs, as they are listed.
    #[must_use]
    pub fn kids(&self) -> Vec<String> {
        self.ring.load().pairs.iter().map(|pair| pair.kid.clone()).collect()
    }

    /// Returns the name of the pair that signs.
    #[must_use]
    pub fn signing(&self) -> String {
        self.current().kid.clone()
    }

    /// Returns the name of the pair that is listed first, which signs after the next rotation.
    #[must_use]
    pub fn first(&self) -> String {
        self.ring.load().pairs.first().map_or_else(|| self.signing(), |pair| pair.kid.clone())
    }

    /// Whether the pairs are a setting and not a file.
    #[must_use]
    pub fn is_setting(&self) -> bool {
        self.file.is_none()
    }

    /// Makes the pair called `kid` the one that signs; returns whether it is held.
    pub fn use_key(&self, kid: &str) -> bool {
        if self.find(kid).is_none() {
            return false;
        }
        self.ring.rcu(|ring| match ring.named(kid) {
            Some(pair) => Ring { current: Arc::clone(pair), ..(**ring).clone() },
            None => (**ring).clone(),
        });
        true
    }

    /// Leaves out the pairs of these names from now on: no valid token is signed with them.
    pub fn end(&self, kids: &BTreeSet<String>) {
        if self.ring.load().ended != *kids {
            self.ring.rcu(|ring| Ring { ended: kids.clone(), ..(**ring).clone() });
        }
    }

    /// Reads the file again if it has changed. The pair that signs stays the one that signs.
    pub fn reload(&self) -> Result<(), SigningKeyError> {
        let Some(path) = &self.file else { return Ok(()) };
        if key_file::stamp(path) == self.ring.load().stamp {
            return Ok(());
        }
        if let Some(read) = read_ring(path)? {
            self.ring.rcu(|before| {
                let current = read.named(&before.current.kid).unwrap_or(&read.current);
                Ring { current: Arc::clone(current), ended: before.ended.clone(), ..read.clone() }
            });
        }
        Ok(())
    }

    /// Writes a new key pair before the others in the file, without those that have ended, and returns its name. It does
    /// not sign yet. The caller holds the lock of the folder.
    pub fn add_key(&self) -> Result<String, SigningKeyError> {
        let path = self.file.as_deref().ok_or(SigningKeyError::Setting)?;
        let failed = |source| SigningKeyError::File { path: path.display().to_string(), source };
        self.reload()?;
        let mut text = generate().map_err(failed)?;
        let added = Ring::parse(&text, None)?.current.kid.clone();
        for pair in self.ring.load().living() {
            text.push_str(&pair.pem);
        }
        key_file::replace(path, &text).map_err(failed)?;
        self.reload()?;
        Ok(added)
    }

    /// Returns the public halves as a JWKS document, for those who verify our tokens.
    #[must_use]
    pub fn jwks(&self) -> Value {
        json!({ "keys": self.ring.load().living().map(|pair| pair.public.jwk()).collect::<Vec<_>>() })
    }

    /// The pair called `kid`; another process may have made it after this one began.
    pub(crate) fn find(&self, kid: &str) -> Option<Arc<KeyPair>> {
        let living = |ring: &Ring| ring.living().find(|pair| pair.kid == kid).cloned();
        if let Some(pair) = living(&self.ring.load()) {
            return Some(pair);
        }
        if let Err(error) = self.reload() {
            tracing::warn!(error = %profile_ports::Chain(&error), "cannot read the signing keys again");
        }
        living(&self.ring.load())
    }

    /// The pair that signs.
    pub(crate) fn current(&self) -> Arc<KeyPair> {
        Arc::clone(&self.ring.load().current)
    }
}

fn read_ring(path: &Path) -> Result<Option<Ring>, SigningKeyError> {
    let failed = |source| SigningKeyError::File { path: path.display().to_string(), source };
    let Some((text, stamp)) = key_file::read(path).map_err(failed)? else { return Ok(None) };
    let ring = Ring::parse(&text, Some(stamp));
    ring.map(Some).map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidData, error)))
}

fn generate() -> io::Result<Zeroizing<String>> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    let made = made.map_err(io::Error::other)?;
    Ok(Zeroizing::new(pem::encode(&Pem::new(TAG, made.as_ref()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kids_shown(keys: &SigningKeys) -> Vec<String> {
        let jwks = keys.jwks();
        jwks["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn two_pairs_verify_while_one_signs() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/users-es256");
        let (server, operator) = (SigningKeys::create(&path).unwrap(), SigningKeys::create(&path).unwrap());
        let old = server.current().kid.clone();
        assert_eq!(operator.current().kid, old);
        let new = operator.add_key().unwrap();
        assert_eq!(operator.current().kid, old, "known to all before it signs");
        assert!(server.find(&new).is_some(), "the file is read again");
        assert_eq!(kids_shown(&server), [new.clone(), old.clone()]);
        assert!(server.use_key(&new));
        server.end(&BTreeSet::from([old.clone()]));
        assert_eq!(kids_shown(&server), [new]);
        assert!(server.find(&old).is_none());
        assert!(!server.use_key("unknown"));
    }

    #[test]
    fn a_setting_is_pem_and_nothing_else() {
        let pem = generate().unwrap();
        let keys = SigningKeys::of_setting(&pem.to_string().into()).unwrap();
        let one_line = pem.trim().replace("\r\n", "\n").replace('\n', "\\n");
        assert_eq!(SigningKeys::of_setting(&one_line.into()).unwrap().kids(), keys.kids());
        assert!(matches!(keys.add_key(), Err(SigningKeyError::Setting)));
        for wrong in ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "secret"] {
            assert!(
                matches!(SigningKeys::of_setting(&wrong.into()), Err(SigningKeyError::Format)),
                "{wrong}"
            );
        }
    }
}
