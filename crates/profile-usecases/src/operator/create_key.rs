//! An administrator makes an operator key (operator API page, section 13).

use chrono::{DateTime, Utc};
use ipnet::IpNet;
use profile_domain::operator::{OperatorKey, OperatorKeyId, Role};
use profile_ports::Purpose;
use serde_json::{Value as Json, json};

use super::{KeyedCall, OperatorRefusal, authenticate::SECRET_PREFIX};
use crate::{Ports, write::WriteError};

/// What a new key is to be.
#[derive(Debug, Clone)]
pub struct NewOperatorKey {
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// From where it may be used; from anywhere if there is none.
    pub allow_cidrs: Vec<IpNet>,
    /// When it ends, if it does.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A new key.
pub struct CreatedKey {
    /// The key's record.
    pub key: OperatorKey,
    /// The key itself, which is stored nowhere.
    pub secret: String,
}

/// Makes a key.
///
/// # Errors
/// [`OperatorRefusal::Repeated`] if a copy of the call was faster.
pub async fn create_operator_key(
    ports: &Ports,
    actor: &str,
    new: NewOperatorKey,
    keyed: Option<&KeyedCall>,
) -> Result<CreatedKey, OperatorRefusal> {
    let NewOperatorKey { name, role, allow_cidrs, expires_at } = new;
    let seed = ports.ids.api_key_secret();
    let secret = secret_of(ports, &seed);
    let now = ports.clock.now();
    let key = OperatorKey {
        id: ports.ids.operator_key(),
        name,
        role,
        hash: ports.keyed_hash.hash(Purpose::OperatorKey, &secret),
        allow_cidrs,
        created_at: now,
        created_by: actor.to_owned(),
        expires_at,
        last_used_at: None,
        revoked: None,
    };
    // The key is made again from the seed for whoever repeats the call, so that it is not stored in clear.
    let reply = keyed.map(|keyed| keyed.keep(201, &json!({ "id": key.id.as_str(), "seed": seed }), now));
    ports.store.add_operator_key(&key, reply.as_ref()).await.map_err(WriteError::from)?;
    Ok(CreatedKey { key, secret })
}

/// Returns the key that an earlier call has made, as it was then; `outcome` is what was kept of it.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn created_operator_key(ports: &Ports, outcome: &Json) -> Result<CreatedKey, OperatorRefusal> {
    let text = |name: &str| outcome.get(name).and_then(Json::as_str).unwrap_or_default();
    let id = OperatorKeyId::try_from(text("id")).map_err(|_| OperatorRefusal::NotFound)?;
    let key = ports.store.find_operator_key(&id).await?.ok_or(OperatorRefusal::NotFound)?;
    let key = OperatorKey { last_used_at: None, revoked: None, ..key };
    Ok(CreatedKey { key, secret: secret_of(ports, text("seed")) })
}

fn secret_of(ports: &Ports, seed: &str) -> String {
    format!("{SECRET_PREFIX}{}", ports.keyed_hash.hash(Purpose::OperatorSecret, seed))
}
