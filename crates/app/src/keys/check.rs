//! Compares names and fingerprints of keys with those that the database knows.

use profile_identity::Secret;
use profile_ports::KeyedHash;
use secrecy::SecretString;

use super::{files::Named, masters::Opening, secret_kind};
use crate::{contracts::TokenSettings, wiring::cause};

impl Opening<'_> {
    /// Whether the key called `name` may be used as the current one of its kind: the database knows it so, knows none yet
    /// (and then knows this one), or the change is meant.
    pub(super) async fn admits(&self, kind: &str, name: &str) -> anyhow::Result<bool> {
        loop {
            let known = self.register.known_keys().await.map_err(cause)?.remove(kind);
            match known {
                Some(known) if known == name => return Ok(true),
                None if !self.need.writes() => return Ok(true),
                Some(_) if !self.adopt.adopt_keys => return Ok(false),
                known => {
                    let set = self.register.set_known_key(kind, known.as_deref(), name).await;
                    if set.map_err(cause)? {
                        return Ok(true);
                    }
                }
            }
        }
    }

    /// Whether the database knows a key of this kind that must not be replaced.
    pub(super) async fn knows(&self, kind: &str) -> anyhow::Result<bool> {
        let known = self.register.known_keys().await.map_err(cause)?;
        Ok(known.contains_key(kind) && !self.adopt.adopt_keys)
    }
}

/// Returns the secret of a contract's tokens, which is its own or the one that contracts share; `None` if the tokens come
/// from outside, or if there is none and none is needed.
pub(super) async fn secret(
    tokens: &TokenSettings,
    shared: Option<&SecretString>,
    opening: &Opening<'_>,
    hash: &dyn KeyedHash,
) -> anyhow::Result<Option<Secret>> {
    let TokenSettings { contract, own, outside, .. } = tokens;
    if outside.jwks.is_some() {
        return Ok(None);
    }
    let file = opening.files.jwt_secret();
    let (setting, given) = match own {
        Some(own) => (format!("PROFILE_{}_JWT_SECRET", contract.to_uppercase()), Some(own)),
        None => ("PROFILE_JWT_SECRET".to_owned(), shared),
    };
    let setting = setting.as_str();
    let kind = secret_kind(contract);
    let refusal =
        || Named { what: "the JWT secret", setting, is_set: given.is_some(), file: &file }.refusal();
    let held = match given {
        Some(secret) => Some(Secret::new(secret.clone())?),
        None => Secret::read(&file)?,
    };
    let secret = match held {
        Some(secret) => secret,
        None if !opening.need.secret(contract) => return Ok(None),
        // Read again: another process stores its new secret before it tells the database of it.
        None if opening.knows(&kind).await? => Secret::read(&file)?.ok_or_else(refusal)?,
        None => Secret::create(&file)?,
    };
    if opening.admits(&kind, &secret.fingerprint(hash)).await? { Ok(Some(secret)) } else { Err(refusal()) }
}
