//! An operator reads a record as it was, folded from its log (operator API page, section 7).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use profile_domain::{change::ChangeRecord, history::State};
use profile_ports::{LogEntry, Unavailable};

use super::{FieldError, OperatorRefusal, Provenance, RecordName, RecordView, precondition::changes_since};
use crate::{Ports, verify::find_state};

/// Which earlier state of a record is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// After the last change at or before an instant.
    AsOf(DateTime<Utc>),
    /// After the change that made a version.
    Version(i64),
}

/// Returns an earlier state of a record, folded from its log, with the provenance of its fields if that is asked for.
///
/// # Errors
/// [`OperatorRefusal::Invalid`] for an instant in the future, [`OperatorRefusal::NotFound`] before version 1,
/// [`OperatorRefusal::Ended`] at the end and after it.
pub async fn get_state(
    ports: &Ports,
    name: &RecordName,
    moment: Moment,
    with_provenance: bool,
) -> Result<RecordView, OperatorRefusal> {
    let changes = ports.store.changes_of(name.kind, &name.key).await?;
    // A record's own changes are no future, whatever the clock says by now.
    let latest = changes.last().map_or(DateTime::UNIX_EPOCH, |last| last.at).max(ports.clock.now());
    if matches!(moment, Moment::AsOf(instant) if instant > latest) {
        return Err(OperatorRefusal::Invalid(vec![FieldError::parameter("as_of", "value")]));
    }
    let is_within = |change: &&ChangeRecord| match moment {
        Moment::AsOf(instant) => change.at <= instant,
        Moment::Version(version) => change.version <= version,
    };
    let within = changes.iter().take_while(is_within).count();
    let within = changes.get(..within).unwrap_or_default();
    let (Some(first), Some(last)) = (changes.first(), within.last()) else {
        return Err(OperatorRefusal::NotFound);
    };
    if matches!(moment, Moment::Version(version) if version != last.version) {
        return Err(OperatorRefusal::NotFound);
    }
    if last.ended {
        return Err(OperatorRefusal::Ended);
    }
    let state = recovered(ports, name, folded(within)?).await?;
    let mut view = RecordView::of(state, LogEntry::new(first.at, last));
    if with_provenance {
        view.provenance = Some(last_setters(within));
    }
    Ok(view)
}

/// Folds the changes of one record, oldest first.
pub(super) fn folded(changes: &[ChangeRecord]) -> Result<State, OperatorRefusal> {
    let mut state = State::default();
    for change in changes {
        state.apply(change).map_err(|fault| Unavailable::database(fault.to_string()))?;
    }
    Ok(state)
}

/// Returns a state with the values that its changes have lost and that later ones, or the record, still tell.
pub(super) async fn recovered(
    ports: &Ports,
    name: &RecordName,
    mut state: State,
) -> Result<State, OperatorRefusal> {
    if state.has_lost_values() {
        // First the record: what is written after it was read is among the changes.
        let stands = find_state(&*ports.store, name.kind, &name.key).await?;
        let mut later = changes_since(ports, name, state.version).await?;
        later.reverse();
        state.recover(&later, stands.as_ref());
    }
    Ok(state)
}

/// Returns which change up to `version` set each field last, for every field that was ever set.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn provenance(
    ports: &Ports,
    name: &RecordName,
    version: i64,
) -> Result<Vec<Provenance>, OperatorRefusal> {
    let mut changes = ports.store.changes_of(name.kind, &name.key).await?;
    changes.retain(|change| change.version <= version);
    Ok(last_setters(&changes))
}

fn last_setters(changes: &[ChangeRecord]) -> Vec<Provenance> {
    let mut setters: BTreeMap<&str, &ChangeRecord> = BTreeMap::new();
    for change in changes {
        setters.extend(change.fields.iter().map(|field| (field.field.as_str(), change)));
    }
    let provenance = |(field, change): (&str, &ChangeRecord)| Provenance {
        field: field.to_owned(),
        version: change.version,
        at: change.at,
        cause: change.cause.clone(),
    };
    setters.into_iter().map(provenance).collect()
}
