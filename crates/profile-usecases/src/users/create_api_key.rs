//! An operator makes an API key.

use chrono::{DateTime, Utc};
use ipnet::IpNet;
use profile_domain::users::{ApiKey, KeyId, KeyOwner, VersionDate};
use profile_domain::users::{App, Business};
use profile_ports::{Purpose, Unavailable};

use crate::{Ports, Refusal, RequestOrigin};

/// What the new key is to be.
pub struct NewApiKey {
    /// Whose it is.
    pub owner: KeyOwner,
    /// What it is for.
    pub permissions: Vec<String>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// From where it may be used.
    pub allow_cidrs: Vec<IpNet>,
    /// The version that it is pinned to.
    pub version_date: Option<VersionDate>,
}

/// Returns whether the business or app that is to own a key exists.
///
/// # Errors
/// [`Unavailable`].
pub async fn owner_exists(ports: &Ports, owner: &KeyOwner) -> Result<bool, Unavailable> {
    match owner {
        KeyOwner::Business(id) => Ok(ports.find::<Business>(id).await?.is_some()),
        KeyOwner::App(id) => Ok(ports.find::<App>(id).await?.is_some()),
    }
}

/// A new API key.
pub struct CreatedApiKey {
    /// The record's id.
    pub id: KeyId,
    /// The key itself, which cannot be had a second time.
    pub secret: String,
}

/// Makes a key.
///
/// # Errors
/// [`Refusal`]; nothing was written.
pub async fn create_api_key(
    ports: &Ports,
    new: NewApiKey,
    origin: &RequestOrigin,
) -> Result<CreatedApiKey, Refusal> {
    let NewApiKey { owner, permissions, expires_at, allow_cidrs, version_date } = new;
    if !owner_exists(ports, &owner).await? {
        return Err(Refusal::NotFound("owner"));
    }
    let secret = ports.ids.api_key_secret();
    let hash = ports.keyed_hash.hash(Purpose::ApiKey, &secret);
    let id = ports.ids.api_key();
    let key = ApiKey {
        id: id.clone(),
        version: 0,
        owner,
        hash,
        permissions,
        expires_at,
        allow_cidrs,
        version_date,
        revoked_at: None,
    };
    ports.create(key, origin.cause("operator".to_owned(), None), None).await?;
    Ok(CreatedApiKey { id, secret })
}
