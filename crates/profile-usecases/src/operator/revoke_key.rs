//! An administrator ends an operator key for good (operator API page, section 13).

use chrono::DateTime;
use profile_domain::operator::{OperatorKey, OperatorKeyId, Revocation};
use profile_ports::RevokedKey;
use serde_json::{Value as Json, json};

use super::{KeyedCall, OperatorRefusal};
use crate::{Ports, write::WriteError};

/// Ends a key for good; returns it as it is then, also if it was ended before.
///
/// # Errors
/// [`OperatorRefusal::NotFound`] if there is no such key, [`OperatorRefusal::Repeated`] if a copy of the call was faster.
pub async fn revoke_operator_key(
    ports: &Ports,
    actor: &str,
    id: &OperatorKeyId,
    reason: String,
    keyed: Option<&KeyedCall>,
) -> Result<OperatorKey, OperatorRefusal> {
    let OperatorKey { last_used_at, .. } =
        ports.store.find_operator_key(id).await?.ok_or(OperatorRefusal::NotFound)?;
    let now = ports.clock.now();
    // A use before the revocation may be noted behind it; whoever repeats the call is shown what the first one was.
    let shown = json!({ "id": id.as_str(), "used": last_used_at.map(|minute| minute.timestamp()) });
    let reply = keyed.map(|keyed| keyed.keep(200, &shown, now));
    let revocation = Revocation { at: now, by: actor.to_owned(), reason };
    let revoked = RevokedKey { id: id.clone(), revocation };
    let revoked = ports.store.revoke_operator_key(&revoked, reply.as_ref()).await;
    let key = revoked.map_err(WriteError::from)?.ok_or(OperatorRefusal::NotFound)?;
    Ok(OperatorKey { last_used_at, ..key })
}

/// Returns the key that an earlier call has ended, as it was then; `outcome` is what was kept of it.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn revoked_operator_key(ports: &Ports, outcome: &Json) -> Result<OperatorKey, OperatorRefusal> {
    let id = outcome.get("id").and_then(Json::as_str).unwrap_or_default();
    let id = OperatorKeyId::try_from(id).map_err(|_| OperatorRefusal::NotFound)?;
    let key = ports.store.find_operator_key(&id).await?.ok_or(OperatorRefusal::NotFound)?;
    let used = outcome.get("used").and_then(Json::as_i64);
    Ok(OperatorKey { last_used_at: used.and_then(|minute| DateTime::from_timestamp(minute, 0)), ..key })
}
