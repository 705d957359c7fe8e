//! A caller of the users contract shows a credential.

use profile_domain::{Claim, users::App};
use std::net::IpAddr;

use profile_domain::users::{ApiKey, Caller, KeyOwner, VersionDate};
use profile_ports::{Purpose, TokenError, Unavailable, UsersIdentity};

use crate::Ports;

/// A verified caller.
pub struct Authenticated {
    /// What they hold.
    pub credential: Caller,
    /// The version that the key is pinned to, which counts where the request names none.
    pub pin: Option<VersionDate>,
}

/// Why a credential opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum NotAuthenticated {
    /// Unknown, malformed, expired: not said which.
    #[error("the credential is missing or not valid")]
    Refused,
    /// The key is good, but not from this address.
    #[error("the address is not among those that the key allows")]
    Address,
    /// Whether the token is valid cannot be told at present.
    #[error(transparent)]
    NoKeys(TokenError),
    /// The outside world did not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// The caller behind `credential`, which is a token or an API key, and comes from `address`.
///
/// # Errors
/// [`NotAuthenticated`].
pub async fn authenticate(
    ports: &Ports,
    identity: &dyn UsersIdentity,
    credential: &str,
    address: Option<IpAddr>,
) -> Result<Authenticated, NotAuthenticated> {
    let mut refusal = NotAuthenticated::Refused;
    // A token has three parts; a key that looks like one is still looked up.
    if credential.split('.').count() == 3 {
        match identity.verify(credential).await {
            Ok(credential) => return Ok(Authenticated { credential, pin: None }),
            Err(TokenError::Refused) => {}
            Err(error @ TokenError::NoKeys(_)) => refusal = NotAuthenticated::NoKeys(error),
        }
    }
    let hash = ports.keyed_hash.hash(Purpose::ApiKey, credential);
    let key = ports.find_claimed::<ApiKey>(&Claim::secret(hash)).await?.ok_or(refusal)?;
    if !key.is_alive(ports.clock.now()) {
        return Err(NotAuthenticated::Refused);
    }
    if !key.allows(address) {
        return Err(NotAuthenticated::Address);
    }
    let pin = key.version_date;
    let credential = holder(ports, key.record).await?;
    Ok(Authenticated { credential, pin })
}

async fn holder(ports: &Ports, key: ApiKey) -> Result<Caller, NotAuthenticated> {
    let scopes = key.permissions.into_iter().collect();
    match key.owner {
        KeyOwner::Business(account) => Ok(Caller::Account { account, scopes }),
        KeyOwner::App(id) => {
            let app = ports.find::<App>(&id).await?.ok_or(NotAuthenticated::Refused)?;
            Ok(Caller::App { app, scopes })
        }
    }
}
