//! The one way in which stories write: find the record, decide, commit, and again if somebody else was faster.

use std::mem::replace;

use profile_domain::{
    Claim, Head, Keyed, Reference, Saved,
    change::{Cause, ChangeRecord, RecordKind},
    sealed::WrappedKey,
};
use profile_ports::{
    Commit, CommitError, KeyedResponse, Repository, Store, Unavailable, UnknownOutcome, Write,
};

use crate::{Ports, client::follow_current_master};

/// What the caller of a write has seen of the record already.
pub enum Seen<T> {
    /// Nothing: it is read first.
    Nothing,
    /// The record as it was read a moment ago, or that there was none.
    Record(Option<Saved<T>>),
}

/// What a decision leads to: the state to be stored, in any version.
pub struct Next<T> {
    state: T,
    /// A new key of the person, to be stored in the same step.
    fresh_key: Option<WrappedKey>,
    /// Unique fields whose values the service has chosen: if one is taken, another is chosen.
    chosen: &'static [&'static str],
    /// Whether a record that has ended may begin anew.
    anew: bool,
    /// The reply to the request, kept in the same step.
    reply: Option<Box<KeyedResponse>>,
    /// Fields that count as changed, whether or not they are.
    forced: Box<[String]>,
    /// The records that must be there still when the state is stored.
    needs: Vec<Reference>,
}

impl<T> Next<T> {
    /// Adds a new key of the person, if there is one, with which values of the state are sealed.
    #[must_use]
    pub fn with_key(self, fresh_key: Option<WrappedKey>) -> Self {
        Self { fresh_key, ..self }
    }

    /// Names the unique fields whose values the service has chosen.
    #[must_use]
    pub fn with_chosen(self, chosen: &'static [&'static str]) -> Self {
        Self { chosen, ..self }
    }

    /// Adds the reply to the request, to be kept in the same step; a state that equals the stored one keeps nothing.
    #[must_use]
    pub fn with_reply(self, reply: Option<KeyedResponse>) -> Self {
        Self { reply: reply.map(Box::new), ..self }
    }

    /// Names fields that count as changed, whether or not they are: so nobody learns by guessing that a value is the stored one.
    #[must_use]
    pub fn with_forced(self, forced: Vec<String>) -> Self {
        Self { forced: forced.into(), ..self }
    }

    /// Has the commit check that what the state names, and `before` does not, is there still: the story has looked it up.
    #[must_use]
    pub fn with_named(self, before: Option<&T>) -> Self
    where
        T: Keyed,
    {
        let known = before.map(Keyed::names).unwrap_or_default();
        let needs = self.state.names().into_iter().filter(|named| !known.contains(named)).collect();
        Self { needs, ..self }
    }

    /// Allows that the record begins anew where it has ended, for the same person and unless it was erased.
    pub(crate) fn maybe_anew(self) -> Self {
        Self { anew: true, ..self }
    }
}

impl<T> From<T> for Next<T> {
    fn from(state: T) -> Self {
        Self {
            state,
            fresh_key: None,
            chosen: &[],
            anew: false,
            reply: None,
            forced: Box::default(),
            needs: Vec::new(),
        }
    }
}

/// The record after a write, and whether the write changed it.
pub struct Written<T> {
    /// The record as it is stored now, with its last change.
    pub saved: Saved<T>,
    /// Whether this write changed it.
    pub is_changed: bool,
}

/// Why a record was not written.
pub enum WriteError {
    /// A value that must be unique belongs to another record; names the field.
    Taken(&'static str),
    /// Something that the record refers to does not exist; names the field.
    Missing(&'static str),
    /// The record has ended, and its key is not given again.
    Ended,
    /// The request's idempotency key has been used.
    Repeated,
    /// Others were faster, each time.
    Contended,
    /// The store did not answer; nothing was written.
    Unavailable(Unavailable),
    /// The store did not answer; the record may have been written.
    Unknown(UnknownOutcome),
}

/// Why a record that was read a moment ago was not written.
pub enum OnceError {
    /// Somebody else has written meanwhile.
    Changed,
    /// The store did not answer; nothing was written.
    Unavailable(Unavailable),
    /// The store did not answer; the record may have been written.
    Unknown(UnknownOutcome),
}

impl Ports {
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
    pub async fn find_saved<T: Keyed>(&self, key: &T::Key) -> Result<Option<Saved<T>>, Unavailable>
    where
        dyn Store: Repository<T>,
    {
        Repository::<T>::find(&*self.store, key).await
    }

    /// Returns the record that has claimed a value, with its last change.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub(crate) async fn find_claimed<T: Keyed>(&self, claim: &Claim) -> Result<Option<Saved<T>>, Unavailable>
    where
        dyn Store: Repository<T>,
    {
        let Some(holder) = self.store.holder_of(claim).await? else { return Ok(None) };
        let Some(key) = T::parse_key(&holder) else { return Ok(None) };
        // It may have given the value up since.
        Ok(self.find_saved::<T>(&key).await?.filter(|found| found.claims().contains(claim)))
    }

    /// Writes what `decide` makes of the record; a state that equals the stored one writes nothing.
    ///
    /// Callers of this process who write the same record take turns. What the caller has read already saves a read,
    /// unless somebody else had a turn meanwhile. `decide` must not write itself, as it may run many times.
    pub async fn write<T, N, E>(
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
        let mut tries = self.tries_of(T::KIND.name(), key.to_string()).await;
        let mut seen = if tries.waited() { Seen::Nothing } else { seen };
        let mut ended: Option<ChangeRecord> = None;
        while tries.more().await {
            let current = match replace(&mut seen, Seen::Nothing) {
                Seen::Record(read) => read,
                Seen::Nothing => self.find_saved(&key).await.map_err(WriteError::Unavailable)?,
            };
            let record = current.as_ref().map(|saved| &saved.record);
            let Next { mut state, fresh_key, chosen, anew, reply, forced, needs } =
                decide(record).await?.into();
            state.set_version(record.map_or(0, T::version));
            let current = match current {
                Some(saved) if saved.record == state && forced.is_empty() => {
                    return Ok(Written { saved, is_changed: false });
                }
                other => other,
            };
            let person = state.person();
            let mut write = self.step(current.as_ref(), ended.as_ref(), state.clone(), &cause);
            write.fresh_key = fresh_key;
            write.need(needs);
            write.draft.force(&forced, &state);
            match self.commit(state, write, reply).await {
                Ok(saved) => return Ok(Written { saved, is_changed: true }),
                Err(CommitError::Stale) => ended = None,
                Err(CommitError::Taken(claim)) if chosen.contains(&claim.field) => {}
                Err(CommitError::Missing("master_key")) => {
                    follow_current_master(self).await.map_err(WriteError::Unavailable)?;
                }
                Err(CommitError::Ended) => {
                    let last = self.last_end::<T>(&key).await.map_err(WriteError::Unavailable)?;
                    let is_given_again =
                        |last: &ChangeRecord| anew && last.person == person && !last.is_erased();
                    if last.as_ref().is_some_and(|last| !is_given_again(last)) {
                        return Err(WriteError::Ended.into());
                    }
                    ended = last;
                }
                Err(refused) => return Err(WriteError::from(refused).into()),
            }
        }
        Err(WriteError::Contended.into())
    }

    /// Writes `next` if the record still is as `before`.
    pub async fn write_once<T: Keyed>(
        &self,
        before: &Saved<T>,
        next: T,
        cause: Cause,
    ) -> Result<Saved<T>, OnceError> {
        let write = self.step(Some(before), None, next.clone(), &cause);
        self.commit(next, write, None).await.map_err(|refused| match refused {
            CommitError::Unavailable(error) => OnceError::Unavailable(error),
            CommitError::Unknown(error) => OnceError::Unknown(error),
            _ => OnceError::Changed,
        })
    }

    /// Makes a record with a fresh key, and keeps the reply to the request in the same step.
    pub(crate) async fn create<T: Keyed>(
        &self,
        new: T,
        cause: Cause,
        reply: Option<KeyedResponse>,
    ) -> Result<Saved<T>, WriteError> {
        let mut write = self.step(None, None, new.clone(), &cause);
        write.need(new.names());
        Ok(self.commit(new, write, reply.map(Box::new)).await?)
    }

    fn step<T: Keyed>(
        &self,
        before: Option<&Saved<T>>,
        ended: Option<&ChangeRecord>,
        next: T,
        cause: &Cause,
    ) -> Write {
        let (cause, salt) = (cause.clone(), self.ids.salt());
        match before {
            Some(before) => Write::change(before, next, cause, salt),
            None => Write::begin(next, ended, cause, salt),
        }
    }

    /// Returns the last change of a record if that has ended.
    async fn last_end<T: Keyed>(&self, key: &T::Key) -> Result<Option<ChangeRecord>, Unavailable> {
        let last = self.store.last_change(T::KIND, &key.to_string()).await?;
        Ok(last.filter(|last| last.ended))
    }

    /// Commits `write`, which stores `record` in the version of the write.
    async fn commit<T: Keyed>(
        &self,
        mut record: T,
        write: Write,
        reply: Option<Box<KeyedResponse>>,
    ) -> Result<Saved<T>, CommitError> {
        record.set_version(write.draft.version);
        let heads = self.store.commit(Commit { reply: reply.map(|reply| *reply), ..write.into() }).await?;
        let head =
            heads.first().copied().ok_or_else(|| Unavailable::database("a commit has left no change"))?;
        self.count_change(T::KIND);
        Ok(Saved { record, head })
    }

    /// Commits writes of several records, and counts their changes.
    pub(crate) async fn commit_all(&self, commit: Commit) -> Result<Vec<Head>, CommitError> {
        let kinds: Vec<RecordKind> = commit.writes.iter().map(|write| write.draft.kind).collect();
        let heads = self.store.commit(commit).await?;
        for kind in kinds {
            self.count_change(kind);
        }
        Ok(heads)
    }

    /// Counts a change that is kept.
    fn count_change(&self, kind: RecordKind) {
        if self.store.is_kept() {
            metrics::counter!("profile_changes_total", "kind" => kind.name()).increment(1);
        }
    }
}

impl From<CommitError> for WriteError {
    fn from(refused: CommitError) -> Self {
        match refused {
            // A story that ends records looks at what names them itself.
            CommitError::Stale | CommitError::Referenced => Self::Contended,
            CommitError::Taken(claim) => Self::Taken(claim.field),
            CommitError::Missing(field) => Self::Missing(field),
            CommitError::Repeated => Self::Repeated,
            CommitError::Ended => Self::Ended,
            CommitError::Unavailable(error) => Self::Unavailable(error),
            CommitError::Unknown(error) => Self::Unknown(error),
        }
    }
}
