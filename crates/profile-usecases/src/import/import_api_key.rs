//! An operator imports an API key that clients already have.

use profile_domain::{
    change::Facet,
    users::{ApiKey, KeyId, KeyOwner},
};
use profile_ports::CommitError;

use super::{Imported, cause};
use crate::{
    Core, Origin, Refusal,
    commit::{ATTEMPTS, counted},
    users::owner_exists,
};

/// Imports the key `id` of `owner`, of which only `hash` is kept; `adjust` writes what the row says.
///
/// # Errors
/// [`Refusal`]; nothing was written.
pub async fn import_api_key(
    core: &Core,
    id: KeyId,
    owner: KeyOwner,
    hash: String,
    adjust: impl Fn(&mut ApiKey) + Send,
    origin: &Origin,
) -> Result<Imported, Refusal> {
    if !owner_exists(core, &owner).await? {
        return Err(Refusal::invalid("owner", "does not exist"));
    }
    for _ in 0..ATTEMPTS {
        let existing = core.store.find_api_key(&id).await?;
        let blank = || ApiKey {
            id: id.clone(),
            version: 0,
            owner: owner.clone(),
            hash: hash.clone(),
            permissions: Vec::new(),
            expires_at: None,
            allow_cidrs: Vec::new(),
            version_date: None,
            revoked_at: None,
        };
        let mut next = existing.clone().unwrap_or_else(blank);
        next.owner = owner.clone();
        next.hash.clone_from(&hash);
        adjust(&mut next);
        if existing.as_ref() == Some(&next) {
            return Ok(Imported::Unchanged);
        }
        next.version += 1;
        let commit = core.commit_of(existing.as_ref(), next, cause(origin));
        match counted(Facet::ApiKey, core.store.commit_api_key(commit).await) {
            Ok(()) => return Ok(Imported::Written),
            Err(CommitError::Taken("secret")) => return Ok(Imported::Taken("secret")),
            Err(CommitError::Stale | CommitError::Taken(_) | CommitError::Missing(_)) => {}
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
            Err(CommitError::Unknown(error)) => return Err(error.into()),
        }
    }
    Err(Refusal::Contended)
}
