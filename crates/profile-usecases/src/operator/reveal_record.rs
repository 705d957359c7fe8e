//! An operator reveals sensitive values, and leaves a mark (operator API page, sections 5 and 11).

use std::collections::BTreeMap;

use profile_domain::{
    Keyed as _, Record as _, Text,
    client::Client,
    operator::{Access, Action},
};

use super::{Actor, OperatorRefusal, RecordName, RecordView, access::access, get_record::get_record};
use crate::{Ports, client::clear_values};

/// Returns a record with its sensitive values in clear. The access is stored before anything is returned.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn reveal_record(
    ports: &Ports,
    actor: &Actor,
    name: &RecordName,
    request_id: &str,
    reason: Text,
) -> Result<RecordView, OperatorRefusal> {
    let (view, revealed) = revealed(ports, name).await?;
    let access = Access {
        kind: Some(name.kind),
        key: Some(name.key.clone()),
        fields: revealed.keys().cloned().collect(),
        ..access(ports, &actor.name, view.person, Action::Reveal, request_id, reason)
    };
    ports.store.add_access(&access).await?;
    Ok(RecordView { revealed: Some(revealed), ..view })
}

/// How often a client is read again that moves on while it is read.
const TRIES: u32 = 8;

/// Returns a record, and what is sealed of it at the same version; only clients have anything.
async fn revealed(
    ports: &Ports,
    name: &RecordName,
) -> Result<(RecordView, BTreeMap<String, Text>), OperatorRefusal> {
    for _ in 0..TRIES {
        let view = get_record(ports, name).await?;
        let key = Client::parse_key(&name.key).filter(|_| name.kind == Client::KIND);
        let Some(key) = key else { return Ok((view, BTreeMap::new())) };
        let client = ports.find::<Client>(&key).await?;
        if let Some(client) = client.filter(|client| client.version == view.version) {
            return Ok((view, clear_values(ports, &client)?));
        }
    }
    Err(OperatorRefusal::Contended)
}
