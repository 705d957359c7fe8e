//! An operator lists living records of a kind or of a person (operator API page, section 5).

use profile_domain::{PersonId, change::RecordKind};
use profile_ports::{EntryFilter, LogEntry, Page, Unavailable};

use super::{OperatorRefusal, RecordName, RecordView, get_record::find_current};
use crate::Ports;

/// A page of records, and the name of its last one if there are more.
pub struct RecordPage {
    /// The records.
    pub records: Vec<RecordView>,
    /// Behind which record the list goes on.
    pub next: Option<RecordName>,
}

/// Returns at most `limit` living records behind `after`, in the order of the kinds and then by key; those of `kinds` (of all, if
/// there is none) and of `person`, if one is given.
///
/// # Errors
/// [`Unavailable`].
pub async fn list_records(
    ports: &Ports,
    kinds: &[RecordKind],
    person: Option<PersonId>,
    after: Option<&RecordName>,
    limit: u32,
) -> Result<RecordPage, Unavailable> {
    let mut entries = list_entries(ports, kinds, person, after, limit.saturating_add(1)).await?;
    let has_more = entries.len() > limit as usize;
    entries.truncate(limit as usize);
    let name = |entry: &LogEntry| RecordName { kind: entry.kind, key: entry.key.clone() };
    let next = entries.last().filter(|_| has_more).map(name);
    let mut records = Vec::new();
    for entry in entries {
        match find_current(ports, &name(&entry)).await {
            Ok((state, entry)) => records.push(RecordView::of(state, entry)),
            // It has ended meanwhile.
            Err(OperatorRefusal::Ended | OperatorRefusal::NotFound) => {}
            Err(OperatorRefusal::Unavailable(error)) => return Err(error),
            Err(other) => return Err(Unavailable::database(other.to_string())),
        }
    }
    Ok(RecordPage { records, next })
}

/// Returns the ends of the logs of living records, as [`list_records`] orders them.
pub(super) async fn list_entries(
    ports: &Ports,
    kinds: &[RecordKind],
    person: Option<PersonId>,
    after: Option<&RecordName>,
    limit: u32,
) -> Result<Vec<LogEntry>, Unavailable> {
    let mut entries: Vec<LogEntry> = Vec::new();
    let is_behind = |of: &RecordKind| after.is_none_or(|after| *of >= after.kind);
    for kind in
        RecordKind::ALL.into_iter().filter(|of| kinds.is_empty() || kinds.contains(of)).filter(is_behind)
    {
        let left = limit.saturating_sub(u32::try_from(entries.len()).unwrap_or(u32::MAX));
        if left == 0 {
            break;
        }
        let after = after.filter(|after| after.kind == kind).map(|after| after.key.as_str());
        let next = Page { after, limit: left };
        entries.extend(ports.store.list_entries(EntryFilter { kind, person }, next).await?);
    }
    Ok(entries)
}
