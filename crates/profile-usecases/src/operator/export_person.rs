//! An operator takes out everything about a person, or everything, and leaves a mark (operator API page, section 11).

use chrono::{DateTime, Utc};
use profile_domain::{Keyed as _, PersonId, Text, change::RecordKind, client::Client, operator::Action};
use profile_ports::{EntryFilter, Page};
use uuid::Uuid;

use super::{Actor, OperatorRefusal, access::access, get_person::is_known};
use crate::{Ports, client::clear_values};

/// Clients whose sealed values are opened at once before an export begins.
const PAGE: u32 = 200;

/// What an export is of, and who asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportHead {
    /// Whose records it has; everybody's, if this is absent.
    pub person: Option<PersonId>,
    /// When it began.
    pub at: DateTime<Utc>,
    /// The actor.
    pub by: String,
    /// Why; a command may leave it out.
    pub reason: Option<Text>,
    /// The export has every change up to this position of the feed, and may have later ones.
    pub position: Option<Uuid>,
}

/// Checks that a person can be exported: a change names them, and every sealed value opens.
///
/// # Errors
/// [`OperatorRefusal::NotFound`], [`OperatorRefusal::Unavailable`].
pub async fn check_export(ports: &Ports, person: PersonId) -> Result<(), OperatorRefusal> {
    if !is_known(ports, person).await? {
        return Err(OperatorRefusal::NotFound);
    }
    let mut after: Option<String> = None;
    loop {
        let of = EntryFilter { kind: RecordKind::Client, person: Some(person) };
        let page = ports.store.list_entries(of, Page { after: after.as_deref(), limit: PAGE }).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.key.clone());
        for entry in &page {
            let Some(sub) = Client::parse_key(&entry.key) else { continue };
            if let Some(client) = ports.find::<Client>(&sub).await? {
                clear_values(ports, &client)?;
            }
        }
    }
}

/// Begins the export of a person. The access is stored before anything is returned.
///
/// # Errors
/// As [`check_export`].
pub async fn export_person(
    ports: &Ports,
    actor: &Actor,
    person: PersonId,
    request_id: &str,
    reason: Option<Text>,
) -> Result<ExportHead, OperatorRefusal> {
    check_export(ports, person).await?;
    begin(ports, actor, Some(person), request_id, reason).await
}

/// Begins the export of everything. The access is stored before anything is returned.
///
/// # Errors
/// [`OperatorRefusal::Unavailable`].
pub async fn export_all(
    ports: &Ports,
    actor: &Actor,
    request_id: &str,
    reason: Option<Text>,
) -> Result<ExportHead, OperatorRefusal> {
    begin(ports, actor, None, request_id, reason).await
}

async fn begin(
    ports: &Ports,
    actor: &Actor,
    person: Option<PersonId>,
    request_id: &str,
    reason: Option<Text>,
) -> Result<ExportHead, OperatorRefusal> {
    let noted = reason.clone().unwrap_or_default();
    let access = access(ports, &actor.name, person, Action::Export, request_id, noted);
    ports.store.add_access(&access).await?;
    let position = ports.store.closed_position().await?;
    Ok(ExportHead { person, at: access.at, by: actor.name.clone(), reason, position })
}
