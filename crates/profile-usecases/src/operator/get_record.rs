//! An operator reads a record as it stands (operator API page, section 5).

use profile_domain::{change::RecordKind, history::State};
use profile_ports::LogEntry;

use super::{OperatorRefusal, RecordName, RecordView, kinds::records};
use crate::Ports;

/// How often a record is read again that moves on while it is read.
const TRIES: u32 = 8;

/// Returns a record as it stands.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn get_record(ports: &Ports, name: &RecordName) -> Result<RecordView, OperatorRefusal> {
    let (state, entry) = find_current(ports, name).await?;
    Ok(RecordView::of(state, entry))
}

/// Returns the record and the end of its log, both at the same version.
pub(super) async fn find_current(
    ports: &Ports,
    name: &RecordName,
) -> Result<(State, LogEntry), OperatorRefusal> {
    for _ in 0..TRIES {
        let entry = ports.store.find_entry(name.kind, &name.key);
        let state = records(name.kind).find(ports, &name.key);
        let (entry, state) = futures_util::future::try_join(entry, state).await?;
        let entry = entry.ok_or(OperatorRefusal::NotFound)?;
        match state {
            Some(state) if state.version == entry.version => return Ok((state, entry)),
            None if entry.ended => return Err(OperatorRefusal::Ended),
            _ => {}
        }
    }
    Err(OperatorRefusal::Contended)
}

/// Returns why a record is not there.
pub(super) async fn absence(ports: &Ports, kind: RecordKind, key: &str) -> OperatorRefusal {
    match ports.store.find_entry(kind, key).await {
        Ok(Some(_)) => OperatorRefusal::Ended,
        Ok(None) => OperatorRefusal::NotFound,
        Err(error) => error.into(),
    }
}
