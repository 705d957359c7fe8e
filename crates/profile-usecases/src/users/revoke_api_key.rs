//! An operator ends an API key for good.

use profile_domain::users::{ApiKey, KeyId};

use crate::{Ports, Refusal, RequestOrigin, write::Seen};

/// Revokes a key, which opens nothing from the next request on; returns whether it was good until then.
///
/// # Errors
/// [`Refusal::NotFound`] if there is no such key; [`Refusal`].
pub async fn revoke_api_key(ports: &Ports, id: &KeyId, origin: &RequestOrigin) -> Result<bool, Refusal> {
    let cause = origin.cause("operator".to_owned(), None);
    let revoked_at = ports.clock.now();
    let written = ports.write(id.clone(), Seen::Nothing, cause, async |key: Option<&ApiKey>| {
        let key = key.ok_or(Refusal::NotFound("API key"))?;
        Ok::<_, Refusal>(ApiKey { revoked_at: key.revoked_at.or(Some(revoked_at)), ..key.clone() })
    });
    Ok(written.await?.is_changed)
}
