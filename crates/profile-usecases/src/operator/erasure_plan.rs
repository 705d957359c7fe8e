//! What an erasure of a person would take at present, and what it would leave (operator API page, section 11).

use std::{collections::BTreeSet, mem};

use profile_domain::{
    AnyRecord, PersonId,
    chain::redact,
    change::{Cause, ChangeRecord, RecordKind},
    operator::{Hold, search::SearchEntry},
    users::UploadId,
};
use profile_ports::{RecordRef, Unavailable, Write};

use super::{
    OPERATOR, OperatorRefusal,
    kinds::records,
    told_media::{is_named, told_files, told_pictures},
};
use crate::{Ports, record_media::media_of};

/// What is left of a person that can be erased.
#[derive(Debug, Default)]
pub(super) struct ErasurePlan {
    /// The writes that end the living records, each with a change of its own that has no values.
    pub(super) writes: Vec<Write>,
    /// The changes that have values, without them.
    pub(super) redacted: Vec<ChangeRecord>,
    /// The records that are taken, those among them that have ended before.
    pub(super) records: Vec<(RecordKind, String)>,
    /// The records that a hold keeps.
    pub(super) held: Vec<(RecordKind, String)>,
    /// The names of their bytes in the media store, as far as there are any.
    pub(super) media: Vec<String>,
    /// What is searched of those that have ended before: nothing.
    pub(super) searched: Vec<SearchEntry>,
    /// The names of bytes that their changes tell, also such as a record does not name any more.
    told: BTreeSet<String>,
    /// The names of bytes that held records name.
    shown: BTreeSet<String>,
    /// The keys of the uploads that their changes show as pictures.
    pictures: BTreeSet<String>,
}

/// What there is of a person.
struct Found {
    living: Vec<Write>,
    /// The last changes of records that have ended and still have values.
    ended: Vec<ChangeRecord>,
}

impl ErasurePlan {
    /// Looks at every record that is the person's, or was until it ended. Each write starts from the version that its changes
    /// were read up to, so that the commit is stale if anything is written meanwhile.
    ///
    /// # Errors
    /// [`OperatorRefusal::Unavailable`].
    pub(super) async fn of(
        ports: &Ports,
        person: PersonId,
        hold: Option<&Hold>,
        cause: &Cause,
    ) -> Result<Self, OperatorRefusal> {
        let Found { living, ended } = find(ports, person, cause).await?;
        let held = hold.map(|hold| hold.held(living.iter().map(|write| &write.record))).unwrap_or_default();
        let mut plan = Self::default();
        for write in living {
            plan.take_living(ports, write, &held).await?;
        }
        for last in ended {
            plan.take_ended(ports, person, last, hold).await?;
        }
        plan.take_pictures(ports, person, &held, cause).await?;
        plan.take_told(ports).await?;
        Ok(plan)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    async fn take_living(
        &mut self,
        ports: &Ports,
        write: Write,
        held: &BTreeSet<(RecordKind, String)>,
    ) -> Result<(), OperatorRefusal> {
        let name = (write.draft.kind, write.draft.key.clone());
        if held.contains(&name) {
            self.shown.extend(media_of(&write.record).into_iter().map(|medium| medium.name));
            self.held.push(name);
            return Ok(());
        }
        self.redact_changes(ports, &name).await?;
        // The pictures of users and overrides are the bytes of uploads.
        let is_shown_alone = matches!(write.record, AnyRecord::User(_) | AnyRecord::Override(_));
        for medium in media_of(&write.record).into_iter().filter(|_| !is_shown_alone) {
            // Counted among what is deleted only if it is there.
            if ports.media.size(&medium.name).await?.is_some() {
                self.media.push(medium.name);
            }
        }
        self.writes.push(write.erased());
        self.records.push(name);
        Ok(())
    }

    async fn take_ended(
        &mut self,
        ports: &Ports,
        person: PersonId,
        last: ChangeRecord,
        hold: Option<&Hold>,
    ) -> Result<(), OperatorRefusal> {
        let name = (last.kind, last.key.clone());
        if hold.is_some_and(|hold| hold.names(last.kind)) {
            self.held.push(name);
            return Ok(());
        }
        self.redact_changes(ports, &name).await?;
        if SearchEntry::has_any(last.kind) {
            self.searched.push(SearchEntry::ended(last.kind, &last.key, person, last.version));
        }
        self.records.push(name);
        Ok(())
    }

    async fn redact_changes(
        &mut self,
        ports: &Ports,
        (kind, key): &(RecordKind, String),
    ) -> Result<(), OperatorRefusal> {
        let changes = ports.store.changes_of(*kind, key).await?;
        for change in changes.into_iter().filter(|change| !change.is_erased()) {
            self.told.extend(told_files(&change));
            self.pictures.extend(told_pictures(&change));
            self.redacted.push(redact(change));
        }
        Ok(())
    }

    /// Takes the uploads that are nobody's and that only the person's records show or have shown: the pictures that businesses have
    /// put on the person's overrides.
    async fn take_pictures(
        &mut self,
        ports: &Ports,
        person: PersonId,
        held: &BTreeSet<(RecordKind, String)>,
        cause: &Cause,
    ) -> Result<(), OperatorRefusal> {
        for key in mem::take(&mut self.pictures) {
            let Ok(id) = UploadId::try_from(key.as_str()) else { continue };
            let name = (RecordKind::Upload, key);
            let last = ports.store.last_change(name.0, &name.1).await?;
            let Some(last) = last.filter(|last| last.person.is_none() && !last.is_erased()) else { continue };
            if held.contains(&name) || ports.store.is_shown_by_another(&id, person).await? {
                continue;
            }
            match records(name.0).end(ports, &name.1, cause).await? {
                Some(write) => self.take_living(ports, write, held).await?,
                None => self.take_ended(ports, person, last, None).await?,
            }
        }
        Ok(())
    }

    /// Takes the bytes that only changes tell, unless a living record that is not taken names or shows them.
    async fn take_told(&mut self, ports: &Ports) -> Result<(), OperatorRefusal> {
        for file in mem::take(&mut self.told) {
            if !self.media.contains(&file)
                && !self.shown.contains(&file)
                && ports.media.size(&file).await?.is_some()
                && !is_named(ports, &file).await?
            {
                self.media.push(file);
            }
        }
        Ok(())
    }
}

/// Returns whether any of these records, which a hold has kept, is left while the hold that is in force does not keep it.
///
/// # Errors
/// [`OperatorRefusal::Unavailable`].
pub(super) async fn is_any_free(
    ports: &Ports,
    person: PersonId,
    names: &[(RecordKind, String)],
    hold: Option<&Hold>,
) -> Result<bool, OperatorRefusal> {
    let mut left = Vec::new();
    for name in names.iter().filter(|(kind, _)| !hold.is_some_and(|hold| hold.names(*kind))) {
        if is_left(ports, person, name).await? {
            left.push(name);
        }
    }
    let Some(hold) = hold.filter(|_| !left.is_empty()) else { return Ok(!left.is_empty()) };
    let held = held_names(ports, person, hold).await?;
    Ok(left.into_iter().any(|name| !held.contains(name)))
}

/// Returns which living records of a person a hold keeps: also of other kinds, because one of the hold's needs or shows them.
pub(super) async fn held_names(
    ports: &Ports,
    person: PersonId,
    hold: &Hold,
) -> Result<BTreeSet<(RecordKind, String)>, Unavailable> {
    let nobody =
        Cause { actor: String::new(), door: OPERATOR.to_owned(), request_id: String::new(), reason: None };
    let living = find(ports, person, &nobody).await?.living;
    Ok(hold.held(living.iter().map(|write| &write.record)))
}

/// Returns whether a record is still the person's, or has ended as theirs and still has values.
async fn is_left(
    ports: &Ports,
    person: PersonId,
    (kind, key): &(RecordKind, String),
) -> Result<bool, OperatorRefusal> {
    let last = ports.store.last_change(*kind, key).await?;
    Ok(last.is_some_and(|last| last.person == Some(person) && !last.is_erased()))
}

/// A record belongs to the person of its last change: an account that has moved to another person is that one's, and so is
/// all that its log says.
async fn find(ports: &Ports, person: PersonId, cause: &Cause) -> Result<Found, Unavailable> {
    let mut found = Found { living: Vec::new(), ended: Vec::new() };
    for kind in RecordKind::ALL.into_iter().filter(|kind| kind.has_person()) {
        let mut after = String::new();
        loop {
            let keys = ports.store.keys_of_person(person, RecordRef { kind, key: &after }).await?;
            let Some(last) = keys.last() else { break };
            after.clone_from(last);
            for key in keys {
                match records(kind).end(ports, &key, cause).await? {
                    Some(write) if write.draft.person == Some(person) => found.living.push(write),
                    Some(_) => {}
                    None => {
                        let last = ports.store.last_change(kind, &key).await?;
                        let is_left = |last: &ChangeRecord| {
                            last.ended && last.person == Some(person) && !last.is_erased()
                        };
                        found.ended.extend(last.filter(is_left));
                    }
                }
            }
        }
    }
    Ok(found)
}
