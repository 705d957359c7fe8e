//! An operator ends a record, and with it those that cannot be without it (operator API page, section 5).

use profile_domain::{
    change::{Cause, RecordKind},
    history::State,
};
use profile_ports::{Commit, CommitError, LogEntry, PersonStep, Write};

use super::{
    Actor, KeyedCall, OperatorRefusal, Precondition, RecordName, RecordView, get_record::absence,
    held::decide_end, kinds::records, replay::check_first,
};
use crate::{Ports, write::WriteError};

/// Ends a record: a user with its overrides, a member with its memberships, a file with its bytes.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn end_record(
    ports: &Ports,
    actor: &Actor,
    name: &RecordName,
    precondition: &Precondition,
    cause: Cause,
    keyed: Option<&KeyedCall>,
) -> Result<RecordView, OperatorRefusal> {
    let mut tries = ports.tries_of(name.kind.name(), name.key.clone()).await;
    while tries.more().await {
        check_first(ports, keyed).await?;
        let Some(now) = records(name.kind).find(ports, &name.key).await? else {
            return Err(absence(ports, name.kind, &name.key).await);
        };
        precondition.check(ports, actor, name, &now, &[]).await?;
        // Read before the commit and moved by it: whoever places a hold in between makes the commit stale.
        let steps: Vec<PersonStep> = decide_end(ports, name, now.person).await?.into_iter().collect();
        // The commit looks again, holding the row; most refusals need not get that far.
        if ports.store.is_referenced(name.kind, &name.key).await? {
            return Err(OperatorRefusal::Referenced);
        }
        let Some(entry) = ports.store.find_entry(name.kind, &name.key).await? else { continue };
        let Some(writes) = writes(ports, name, &cause).await? else { continue };
        let Some(end) = writes.last().filter(|end| end.base() == now.version).cloned() else { continue };
        let changed: Vec<String> = end.draft.fields.iter().map(|field| field.field.clone()).collect();
        let reply =
            keyed.map(|keyed| keyed.reply(name, end.draft.version, &changed, false, ports.clock.now()));
        match ports.commit_all(Commit { writes, reply, steps }).await {
            Ok(heads) => {
                let at = heads.last().map_or_else(|| ports.clock.now(), |head| head.at);
                remove_bytes(ports, name, &now).await;
                return Ok(ended(&entry, &end, at, cause, changed));
            }
            Err(CommitError::Stale) => {}
            Err(CommitError::Referenced) => return Err(OperatorRefusal::Referenced),
            Err(refused) => return Err(WriteError::from(refused).into()),
        }
    }
    Err(OperatorRefusal::Contended)
}

/// Returns the writes, that of the record itself last; `None` if one of them has ended meanwhile.
async fn writes(
    ports: &Ports,
    name: &RecordName,
    cause: &Cause,
) -> Result<Option<Vec<Write>>, OperatorRefusal> {
    let below = match name.kind {
        RecordKind::User => Some(RecordKind::Override),
        RecordKind::Member => Some(RecordKind::Membership),
        _ => None,
    };
    let mut writes = Vec::new();
    if let Some(below) = below {
        for key in ports.store.keys_below(name.kind, &name.key).await? {
            writes.push(records(below).end(ports, &key, cause).await?);
        }
    }
    writes.push(records(name.kind).end(ports, &name.key, cause).await?);
    Ok(writes.into_iter().collect())
}

/// What cannot be removed now is found and removed when media are collected.
async fn remove_bytes(ports: &Ports, name: &RecordName, last: &State) {
    let extension = last.fields.get("extension").filter(|_| name.kind == RecordKind::File);
    if let Some(profile_domain::change::Value::Text(extension)) = extension {
        ports.media.delete(&format!("{}.{}", name.key, extension.as_str())).await.ok();
    }
}

fn ended(
    entry: &LogEntry,
    end: &Write,
    at: chrono::DateTime<chrono::Utc>,
    cause: Cause,
    changed: Vec<String>,
) -> RecordView {
    RecordView {
        kind: end.draft.kind,
        key: end.draft.key.clone(),
        person: end.draft.person,
        version: end.draft.version,
        created_at: entry.begun,
        updated_at: at,
        cause,
        values: std::collections::BTreeMap::new(),
        revealed: None,
        changed: Some(changed),
        provenance: None,
        ended: true,
    }
}
