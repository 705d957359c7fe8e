//! The one way in which stories write: find the record, decide, commit, and again if somebody else was faster.

use std::mem::replace;

use profile_domain::{
    Draft, Head, Keyed, Saved,
    change::{Cause, ChangeRecord},
    position::{change_id, next_at},
    sealed::WrappedKey,
};
use profile_ports::{Commit, CommitError, Repository, Store, Unavailable, UnknownOutcome};

use crate::{Core, client::follow_current_master};

/// What the caller of a write has seen of the record already.
pub(crate) enum Seen<T> {
    /// Nothing: it is read first.
    Nothing,
    /// The record as it was read a moment ago, or that there was none.
    Record(Option<Saved<T>>),
}

/// What a decision leads to: the state to be stored, in any version.
pub(crate) struct Next<T> {
    state: T,
    /// A new key of the person, to be stored in the same step.
    fresh_key: Option<WrappedKey>,
    /// Unique fields whose values the service has chosen: if one is taken, another is chosen.
    chosen: &'static [&'static str],
}

impl<T> Next<T> {
    /// Adds a new key of the person, if there is one, with which values of the state are sealed.
    pub(crate) fn with_key(self, fresh_key: Option<WrappedKey>) -> Self {
        Self { fresh_key, ..self }
    }

    /// Names the unique fields whose values the service has chosen.
    pub(crate) fn with_chosen(self, chosen: &'static [&'static str]) -> Self {
        Self { chosen, ..self }
    }
}

impl<T> From<T> for Next<T> {
    fn from(state: T) -> Self {
        Self { state, fresh_key: None, chosen: &[] }
    }
}

/// The record after a write, and whether the write changed it.
pub(crate) struct Written<T> {
    pub(crate) saved: Saved<T>,
    pub(crate) is_changed: bool,
}

/// Why a record was not written.
pub(crate) enum WriteError {
    /// A value that must be unique belongs to another record; names the field.
    Taken(&'static str),
    /// Something that the record refers to does not exist; names the field.
    Missing(&'static str),
    /// Others were faster, each time.
    Contended,
    /// The store did not answer; nothing was written.
    Unavailable(Unavailable),
    /// The store did not answer; the record may have been written.
    Unknown(UnknownOutcome),
}

impl Core {
    /// Returns the record with this key.
    pub async fn find<T: Keyed>(&self, key: &T::Key) -> Result<Option<T>, Unavailable>
    where
        dyn Store: Repository<T>,
    {
        Ok(self.find_saved(key).await?.map(|saved| saved.record))
    }

    /// Returns the record with this key and its last change, for whoever is about to write it.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub(crate) async fn find_saved<T: Keyed>(&self, key: &T::Key) -> Result<Option<Saved<T>>, Unavailable>
    where
        dyn Store: Repository<T>,
    {
        Repository::<T>::find(&*self.store, key).await
    }

    /// Writes what `decide` makes of the record; a state that equals the stored one writes nothing.
    ///
    /// Callers of this process who write the same record take turns. What the caller has read already saves a read,
    /// unless somebody else had a turn meanwhile. `decide` must not write itself, as it may run many times.
    pub(crate) async fn write<T, N, E>(
        &self,
        key: T::Key,
        seen: Seen<T>,
        cause: Cause,
        mut decide: impl AsyncFnMut(Option<&T>) -> Result<N, E>,
    ) -> Result<Written<T>, E>
    where
        T: Keyed,
        N: Into<Next<T>>,
        E: From<WriteError>,
        dyn Store: Repository<T>,
    {
        let mut tries = self.tries_of(T::FACET, key.to_string()).await;
        let mut seen = if tries.waited() { Seen::Nothing } else { seen };
        while tries.more().await {
            let current = match replace(&mut seen, Seen::Nothing) {
                Seen::Record(read) => read,
                Seen::Nothing => self.find_saved(&key).await.map_err(WriteError::Unavailable)?,
            };
            let record = current.as_ref().map(|saved| &saved.record);
            let Next { mut state, fresh_key, chosen } = decide(record).await?.into();
            state.set_version(record.map_or(0, T::version));
            let current = match current {
                Some(saved) if saved.record == state => return Ok(Written { saved, is_changed: false }),
                other => other,
            };
            match self.commit(current.as_ref(), state, fresh_key, cause.clone()).await {
                Ok(saved) => return Ok(Written { saved, is_changed: true }),
                Err(CommitError::Stale) => {}
                Err(CommitError::Taken(field)) if chosen.contains(&field) => {}
                Err(CommitError::Missing("master_key")) => {
                    follow_current_master(self).await.map_err(WriteError::Unavailable)?;
                }
                // Somebody else has made the record, or has the value that must be unique.
                Err(CommitError::Taken(field)) if current.is_none() => {
                    let read = self.find_saved(&key).await.map_err(WriteError::Unavailable)?;
                    if read.is_none() {
                        return Err(WriteError::Taken(field).into());
                    }
                    seen = Seen::Record(read);
                }
                Err(refused) => return Err(WriteError::from(refused).into()),
            }
        }
        Err(WriteError::Contended.into())
    }

    /// Writes `next` if the record still is as `before`; otherwise [`WriteError::Contended`].
    pub(crate) async fn write_once<T>(
        &self,
        before: Option<&Saved<T>>,
        next: T,
        cause: Cause,
    ) -> Result<Saved<T>, WriteError>
    where
        T: Keyed,
        dyn Store: Repository<T>,
    {
        Ok(self.commit(before, next, None, cause).await?)
    }

    async fn commit<T>(
        &self,
        before: Option<&Saved<T>>,
        mut next: T,
        fresh_key: Option<WrappedKey>,
        cause: Cause,
    ) -> Result<Saved<T>, CommitError>
    where
        T: Keyed,
        dyn Store: Repository<T>,
    {
        next.set_version(before.map_or(0, |before| before.version()) + 1);
        let head = before.map(|before| before.head);
        let at = next_at(self.clock.now(), head.map(|head| head.at));
        let draft = Draft::of(before.map(|before| &before.record), &next, cause, self.ids.salt());
        let id = change_id(at, self.ids.random());
        let record = ChangeRecord::new(draft, id, at, head.map(|head| head.chain).as_ref());
        let head = Head { at, chain: record.digest };
        Repository::<T>::commit(&*self.store, Commit { next: next.clone(), record, fresh_key }).await?;
        metrics::counter!("profile_changes_total", "facet" => T::FACET.name()).increment(1);
        Ok(Saved { record: next, head })
    }
}

impl From<CommitError> for WriteError {
    fn from(refused: CommitError) -> Self {
        match refused {
            CommitError::Stale => Self::Contended,
            CommitError::Taken(field) => Self::Taken(field),
            CommitError::Missing(field) => Self::Missing(field),
            CommitError::Unavailable(error) => Self::Unavailable(error),
            CommitError::Unknown(error) => Self::Unknown(error),
        }
    }
}
