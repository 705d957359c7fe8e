//! How a kind of record is stored, in one place for each kind.

use std::future::Future;

use profile_domain::{
    Head, Keyed, Saved,
    change::{ChangeRecord, Digest},
};
use profile_ports::Unavailable;

use crate::{
    column::Instant,
    engine::Queries,
    reading::Unreadable,
    statement::{Select, Statement},
};

/// What a query for a record finds, and the time and digest of the record's last change.
pub type SavedRow<Found> = (Found, Instant, Vec<u8>);

/// What a change leaves on the row of its record: its time and its digest.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The time.
    pub at: Instant,
    /// The digest.
    pub chain: Vec<u8>,
}

impl Mark {
    /// Returns the mark of a change.
    #[must_use]
    pub fn of(change: &ChangeRecord) -> Self {
        Self { at: Instant(change.at), chain: change.digest.0.to_vec() }
    }
}

/// Returns the root of the record with this key.
pub(crate) fn root_of<T: Keyed>(key: &T::Key) -> String {
    T::KIND.root_of(&key.to_string()).to_owned()
}

/// Reads a record with its last change.
pub(crate) fn saved<F: TryInto<T, Error = Unreadable>, T>(
    (found, at, chain): SavedRow<F>,
) -> Result<Saved<T>, Unreadable> {
    let chain = Digest(chain.try_into().map_err(|_| Unreadable("chain"))?);
    Ok(Saved { record: found.try_into()?, head: Head { at: at.into(), chain } })
}

/// A kind of record, each of which is one row of its kind's table. A store finds and commits all kinds alike.
pub trait Stored: Keyed {
    /// What is written of it: every column but those of its times.
    type Row: TryFrom<Self, Error: Into<Unreadable>> + Send + 'static;
    /// What is read of it: the row, and what is joined to it.
    type Found: TryInto<Self, Error = Unreadable> + Send + 'static;

    /// Returns what is written of this state.
    fn into_row(self) -> Result<Self::Row, Unreadable> {
        Self::Row::try_from(self).map_err(Into::into)
    }

    /// The query for the record with this key.
    fn by_key(key: &Self::Key) -> impl Select<SavedRow<Self::Found>> + use<Self>;

    /// Returns the record with this key, with its last change.
    fn find<E: Queries>(
        engine: &E,
        key: &Self::Key,
    ) -> impl Future<Output = Result<Option<Saved<Self>>, Unavailable>> + Send {
        let (query, name) = (Self::by_key(key), key.to_string());
        async move {
            let found = engine.first(query).await?.map(saved).transpose();
            found.map_err(|unreadable: Unreadable| unreadable.of(Self::KIND.name(), name))
        }
    }

    /// Writes a row that is new.
    fn insert(row: Self::Row, root: String, mark: Mark) -> impl Statement;

    /// Sets every column of the row that has the root and the key of `row`, and is still of the version `base`.
    fn update(row: Self::Row, root: String, base: i64, mark: Mark) -> impl Statement;

    /// Removes the row that has this key and is still of the version `base`.
    fn delete(key: &Self::Key, base: i64) -> impl Statement + use<Self>;
}
