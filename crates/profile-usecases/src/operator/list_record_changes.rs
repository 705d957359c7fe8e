//! An operator reads what happened to a record (operator API page, section 7).

use profile_domain::change::ChangeRecord;

use super::{OperatorRefusal, RecordName};
use crate::Ports;
use profile_ports::Page;

/// Returns at most `limit` changes of a record, newest first, from before the version `before`.
///
/// # Errors
/// [`OperatorRefusal::NotFound`] if there never was such a record.
pub async fn list_record_changes(
    ports: &Ports,
    name: &RecordName,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<ChangeRecord>, OperatorRefusal> {
    let changes = ports.store.record_changes(name.record(), Page { after: before, limit }).await?;
    if changes.is_empty() && before.is_none() {
        return Err(OperatorRefusal::NotFound);
    }
    Ok(changes)
}
