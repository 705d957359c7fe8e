//! Compares names and fingerprints of keys with those that the database knows.

use profile_identity::Secret;
use profile_ports::KeyedHash;
use secrecy::SecretString;

use super::{Contract, files::Named, masters::Opening};
use crate::{settings::Settings, wiring::cause};

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

/// A contract's own setting, else the one of all contracts, with the name of its environment variable.
fn setting(settings: &Settings, contract: Contract) -> (&'static str, Option<&SecretString>) {
    let (name, own) = match contract {
        Contract::Account => ("PROFILE_ACCOUNT_JWT_SECRET", settings.account_jwt_secret.as_ref()),
        Contract::Client => ("PROFILE_CLIENT_JWT_SECRET", settings.client_jwt_secret.as_ref()),
        Contract::Tenant => ("PROFILE_TENANT_JWT_SECRET", settings.tenant_jwt_secret.as_ref()),
    };
    match own {
        Some(own) => (name, Some(own)),
        None => ("PROFILE_JWT_SECRET", settings.jwt_secret.as_ref()),
    }
}

const fn jwks(settings: &Settings, contract: Contract) -> bool {
    match contract {
        Contract::Account => settings.account_jwks.is_some(),
        Contract::Client => settings.client_jwks.is_some(),
        Contract::Tenant => settings.tenant_jwks.is_some(),
    }
}

/// The secret of a contract's tokens; `None` if they come from outside, or if there is none and none is needed.
pub(super) async fn secret(
    settings: &Settings,
    opening: &Opening<'_>,
    contract: Contract,
    hash: &dyn KeyedHash,
) -> anyhow::Result<Option<Secret>> {
    if jwks(settings, contract) {
        return Ok(None);
    }
    let file = opening.files.jwt_secret();
    let (setting, given) = setting(settings, contract);
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
        None if opening.knows(contract.kind()).await? => Secret::read(&file)?.ok_or_else(refusal)?,
        None => Secret::create(&file)?,
    };
    if opening.admits(contract.kind(), &secret.fingerprint(hash)).await? {
        Ok(Some(secret))
    } else {
        Err(refusal())
    }
}
