//! An operator ends an API key for good.

use profile_domain::{
    change::Facet,
    users::{ApiKey, KeyId},
};
use profile_ports::CommitError;

use crate::{
    Core, Origin, Refusal,
    commit::{ATTEMPTS, counted},
};

/// Revokes a key, which opens nothing from the next request on; returns whether it was good until then.
///
/// # Errors
/// [`Refusal::NotFound`] if there is no such key; [`Refusal`].
pub async fn revoke_api_key(core: &Core, id: &KeyId, origin: &Origin) -> Result<bool, Refusal> {
    for _ in 0..ATTEMPTS {
        let found = core.store.find_api_key(id).await?.ok_or(Refusal::NotFound("API key"))?;
        if found.revoked_at.is_some() {
            return Ok(false);
        }
        let revoked_at = Some(core.clock.now());
        let next = ApiKey { version: found.version + 1, revoked_at, ..found.clone() };
        let commit = core.commit_of(Some(&found), next, origin.cause("operator".to_owned(), None));
        match counted(Facet::ApiKey, core.store.commit_api_key(commit).await) {
            Ok(()) => return Ok(true),
            Err(CommitError::Stale | CommitError::Taken(_) | CommitError::Missing(_)) => {}
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
            Err(CommitError::Unknown(error)) => return Err(error.into()),
        }
    }
    Err(Refusal::Contended)
}
