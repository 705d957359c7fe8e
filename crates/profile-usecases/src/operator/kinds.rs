//! One door to records of every kind: what is done alike for all of them, by the name of the kind.

use std::marker::PhantomData;

use async_trait::async_trait;
use profile_domain::{
    Editable,
    account::{Account, Customer},
    change::{Cause, RecordKind},
    client::Client,
    history::State,
    media::MediaFile,
    tenant::{Brand, Group, Language, Member, Membership, Tenant},
    users::{ApiKey, App, Business, Override, Upload, User},
};
use profile_ports::{RecordRef, Repository, Store, Unavailable, Write};

use super::{
    OperatorRefusal, RecordView, patch_record::Edit, put_record::Creation, revert_record::Restoration,
};
use crate::{
    Ports,
    write::{Next, Seen, Written},
};

/// Names a record of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordName {
    /// The kind.
    pub kind: RecordKind,
    /// The key within the kind, in its one form.
    pub key: String,
}

impl RecordName {
    /// Returns the name as a store takes it.
    pub(super) fn record(&self) -> RecordRef<'_> {
        RecordRef { kind: self.kind, key: &self.key }
    }
}

/// How records of one kind end, also in a task of its own.
#[async_trait]
pub(super) trait Endings: Send + Sync {
    /// Returns the write that ends the record; `None` if it is not there.
    async fn end(&self, ports: &Ports, key: &str, cause: &Cause) -> Result<Option<Write>, Unavailable>;
}

/// What is done with records of one kind.
#[async_trait(?Send)]
pub(super) trait Records: Endings {
    /// Whether a record can have this key.
    fn has_key(&self, key: &str) -> bool;

    /// Returns the record as it stands.
    async fn find(&self, ports: &Ports, key: &str) -> Result<Option<State>, Unavailable>;

    /// Writes what `writing` makes of the record; returns it as it is then.
    async fn write(
        &self,
        ports: &Ports,
        key: &str,
        cause: Cause,
        writing: Writing<'_>,
    ) -> Result<RecordView, OperatorRefusal>;
}

/// What a write makes of a record.
pub(super) enum Writing<'a> {
    /// One with other values.
    Edit(Edit<'a>),
    /// A new one.
    Creation(Creation<'a>),
    /// One that is as an earlier version.
    Restoration(Restoration<'a>),
}

impl Writing<'_> {
    async fn decide<T: Editable>(
        &mut self,
        ports: &Ports,
        key: &T::Key,
        current: Option<&T>,
    ) -> Result<Next<T>, OperatorRefusal> {
        match self {
            Self::Edit(edit) => edit.decide(ports, current).await,
            Self::Creation(creation) => creation.decide(ports, key, current).await,
            Self::Restoration(restoration) => restoration.decide(ports, current).await,
        }
    }

    fn view<T: Editable>(&self, written: &Written<T>, cause: Cause) -> RecordView {
        match self {
            Self::Edit(edit) => edit.view(written, cause),
            Self::Creation(creation) => creation.view(written, cause),
            Self::Restoration(restoration) => restoration.view(written, cause),
        }
    }
}

/// The kind of one type of record.
struct Of<T>(PhantomData<T>);

#[async_trait(?Send)]
impl<T: Editable> Records for Of<T>
where
    dyn Store: Repository<T>,
{
    fn has_key(&self, key: &str) -> bool {
        T::parse_key(key).is_some()
    }

    async fn find(&self, ports: &Ports, key: &str) -> Result<Option<State>, Unavailable> {
        let Some(key) = T::parse_key(key) else { return Ok(None) };
        let found = ports.find_saved::<T>(&key).await?;
        Ok(found.map(|saved| State { at: Some(saved.head.at), ..State::of(&saved.record) }))
    }

    async fn write(
        &self,
        ports: &Ports,
        key: &str,
        cause: Cause,
        mut writing: Writing<'_>,
    ) -> Result<RecordView, OperatorRefusal> {
        let key = T::parse_key(key).ok_or(OperatorRefusal::NotFound)?;
        let written = ports
            .write(key.clone(), Seen::Nothing, cause.clone(), async |current: Option<&T>| {
                writing.decide(ports, &key, current).await
            })
            .await?;
        Ok(writing.view(&written, cause))
    }
}

#[async_trait]
impl<T: Editable> Endings for Of<T>
where
    dyn Store: Repository<T>,
{
    async fn end(&self, ports: &Ports, key: &str, cause: &Cause) -> Result<Option<Write>, Unavailable> {
        let Some(key) = T::parse_key(key) else { return Ok(None) };
        let found = ports.find_saved::<T>(&key).await?;
        Ok(found.map(|last| Write::end(&last, cause.clone(), ports.ids.salt())))
    }
}

/// Returns the records of a kind.
pub(super) fn records(kind: RecordKind) -> &'static dyn Records {
    match kind {
        RecordKind::Customer => &Of::<Customer>(PhantomData),
        RecordKind::Account => &Of::<Account>(PhantomData),
        RecordKind::File => &Of::<MediaFile>(PhantomData),
        RecordKind::User => &Of::<User>(PhantomData),
        RecordKind::Override => &Of::<Override>(PhantomData),
        RecordKind::Business => &Of::<Business>(PhantomData),
        RecordKind::App => &Of::<App>(PhantomData),
        RecordKind::ApiKey => &Of::<ApiKey>(PhantomData),
        RecordKind::Upload => &Of::<Upload>(PhantomData),
        RecordKind::Client => &Of::<Client>(PhantomData),
        RecordKind::Language => &Of::<Language>(PhantomData),
        RecordKind::Tenant => &Of::<Tenant>(PhantomData),
        RecordKind::Brand => &Of::<Brand>(PhantomData),
        RecordKind::Group => &Of::<Group>(PhantomData),
        RecordKind::Member => &Of::<Member>(PhantomData),
        RecordKind::Membership => &Of::<Membership>(PhantomData),
    }
}

/// Returns whether a record of a kind can have this key, in this form.
#[must_use]
pub fn is_canonical(kind: RecordKind, key: &str) -> bool {
    records(kind).has_key(key)
}

/// Returns the state of a record that a write has left.
pub(super) fn state_of<T: Editable>(written: &Written<T>) -> State {
    State { at: Some(written.saved.head.at), ..State::of(&written.saved.record) }
}
