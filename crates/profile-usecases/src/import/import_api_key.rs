//! An operator imports an API key that clients already have.

use profile_domain::users::{ApiKey, KeyId, KeyOwner};

use super::{Imported, cause};
use crate::{Core, Origin, Refusal, users::owner_exists, write::Seen};

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
    let blank = ApiKey {
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
    let written = core.write(id.clone(), Seen::Nothing, cause(origin), async |existing: Option<&ApiKey>| {
        let mut next = existing.unwrap_or(&blank).clone();
        next.owner = owner.clone();
        next.hash.clone_from(&hash);
        adjust(&mut next);
        Ok(next)
    });
    Imported::of(written.await)
}
