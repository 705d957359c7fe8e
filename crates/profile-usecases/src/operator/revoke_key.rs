//! An administrator ends an operator key for good (operator API page, section 13).

use profile_domain::operator::{OperatorKey, OperatorKeyId, Revocation};

use serde_json::{Value as Json, json};

use super::{KeyedCall, OperatorRefusal};
use crate::Ports;

/// Ends a key for good; returns it as it is then, also if it was ended before.
///
/// # Errors
/// [`OperatorRefusal::NotFound`] if there is no such key.
pub async fn revoke_operator_key(
    ports: &Ports,
    actor: &str,
    id: &OperatorKeyId,
    reason: String,
    keyed: Option<&KeyedCall>,
) -> Result<OperatorKey, OperatorRefusal> {
    let now = ports.clock.now();
    let revocation = Revocation { at: now, by: actor.to_owned(), reason };
    let key = ports.store.revoke_operator_key(id, &revocation).await?.ok_or(OperatorRefusal::NotFound)?;
    if let Some(keyed) = keyed {
        // Not in the step of the effect: whoever repeats it in between gets the same key, ended by the first call.
        ports.store.store_response(&keyed.keep(200, &json!({ "id": id.as_str() }), now)).await?;
    }
    Ok(key)
}

/// Returns the key that an earlier call has ended; `outcome` is what was kept of it.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn revoked_operator_key(ports: &Ports, outcome: &Json) -> Result<OperatorKey, OperatorRefusal> {
    let id = outcome.get("id").and_then(Json::as_str).unwrap_or_default();
    let id = OperatorKeyId::try_from(id).map_err(|_| OperatorRefusal::NotFound)?;
    ports.store.find_operator_key(&id).await?.ok_or(OperatorRefusal::NotFound)
}
