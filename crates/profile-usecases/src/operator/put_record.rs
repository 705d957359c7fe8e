//! An operator makes a record (operator API page, section 5).

use profile_domain::{
    AnyRecord, Beginning, Editable, PersonId,
    catalogue::find,
    change::{Cause, RecordKind, Value},
    media::MediaFile,
};

use super::{
    FieldError, KeyedCall, OperatorRefusal, RecordName, RecordView,
    apply::{apply, changed},
    complete::person_of_parent,
    get_person::is_known,
    kinds::{Writing, records},
    named::Step,
    patch_record::Decided,
    prepare::{Prepared, prepare},
    replay::check_first,
};
use crate::{
    Ports,
    write::{Next, Written},
};

/// A record that is to be made.
pub struct NewRecord {
    /// Its person: a known one; absent for a new one, or for that of what it belongs to.
    pub person: Option<PersonId>,
    /// What its fields are set to.
    pub steps: Vec<Step>,
}

/// A new record as it is decided.
pub(super) struct Creation<'a> {
    name: &'a RecordName,
    person: Option<PersonId>,
    prepared: Prepared,
    keyed: Option<&'a KeyedCall>,
    outcome: Decided,
}

/// Makes a record; one that has ended begins anew for the same person.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn put_record(
    ports: &Ports,
    name: &RecordName,
    new: NewRecord,
    cause: Cause,
    keyed: Option<&KeyedCall>,
) -> Result<RecordView, OperatorRefusal> {
    let prepared = prepare(ports, name.kind, new.steps).await?;
    let outcome = Decided::default();
    let creation = Creation { name, person: new.person, prepared, keyed, outcome };
    records(name.kind).write(ports, &name.key, cause, Writing::Creation(creation)).await
}

impl Creation<'_> {
    pub(super) async fn decide<T: Editable>(
        &mut self,
        ports: &Ports,
        key: &T::Key,
        current: Option<&T>,
    ) -> Result<Next<T>, OperatorRefusal> {
        check_first(ports, self.keyed).await?;
        if current.is_some() {
            return Err(OperatorRefusal::Exists);
        }
        if let Some(person) = self.person
            && !is_known(ports, person).await?
        {
            return Err(OperatorRefusal::Invalid(vec![FieldError::at("/person", "reference")]));
        }
        let before = ports.store.find_entry(self.name.kind, &self.name.key).await?;
        let before = before.as_ref();
        self.outcome.begun = before.map(|entry| entry.begun);
        if before.is_some_and(|entry| entry.is_erased) {
            return Err(OperatorRefusal::KeyEnded);
        }
        let ended_person = before.and_then(|entry| entry.person);
        let person = self.person.or(ended_person).or_else(|| self.default_person(ports));
        let mut blank = T::blank(key.clone(), Beginning { person, now: ports.clock.now() });
        if let Some(parent) = person_of_parent(ports, &blank.clone().into()).await? {
            blank.set_person(parent);
        }
        let (next, fresh_key) = apply(ports, blank, None, &self.prepared.steps).await?;
        if before.is_some() && next.person() != ended_person {
            return Err(OperatorRefusal::KeyEnded);
        }
        let next = self.with_bytes(ports, next).await?;
        self.outcome.changed = changed(None, &next);
        let version = before.map_or(0, |entry| entry.version) + 1;
        let reply = self
            .keyed
            .map(|keyed| keyed.reply(self.name, version, &self.outcome.changed, true, ports.clock.now()));
        let chosen: &[_] =
            if self.names("client_id") { &["person_key"] } else { &["person_key", "client_id"] };
        Ok(Next::from(next)
            .with_named(None)
            .with_key(fresh_key)
            .with_chosen(chosen)
            .with_reply(reply)
            .maybe_anew())
    }

    /// A file that names nobody belongs to nobody.
    fn default_person(&self, ports: &Ports) -> Option<PersonId> {
        (self.name.kind != RecordKind::File).then(|| ports.ids.person())
    }

    fn names(&self, field: &str) -> bool {
        let sets = |step: &Step| matches!(step, Step::Set(entry, value) if entry.name == field && *value != Value::Null);
        self.prepared.steps.iter().any(sets)
    }

    /// Stores the bytes of a file before its record names them.
    async fn with_bytes<T: Editable>(&self, ports: &Ports, next: T) -> Result<T, OperatorRefusal> {
        let Some(bytes) = &self.prepared.bytes else { return Ok(next) };
        let any: AnyRecord = next.clone().into();
        let AnyRecord::MediaFile(mut file) = any else { return Ok(next) };
        if self.prepared.is_legacy_svg {
            MediaFile::LEGACY_EXTENSION.clone_into(&mut file.extension);
        }
        file.size = bytes.len() as u64;
        match ports.read_media(&file.file_name()).await? {
            None => ports.write_media(&file.file_name(), bytes.clone()).await?,
            Some(stored) if stored == bytes => {}
            Some(_) => {
                let name = find(RecordKind::File, "base64").map_or("base64", |entry| entry.name.as_str());
                return Err(OperatorRefusal::Invalid(vec![FieldError::of_field(name, "value")]));
            }
        }
        T::try_from(AnyRecord::MediaFile(file)).map_err(|_| OperatorRefusal::NotFound)
    }

    pub(super) fn view<T: Editable>(&self, written: &Written<T>, cause: Cause) -> RecordView {
        self.outcome.view(self.name, written, cause)
    }
}
