//! How a kind of record is stored, in one place for each kind.

use profile_domain::Keyed;
use profile_ports::Commit;

use crate::{
    beside::Beside,
    column::Instant,
    reading::Unreadable,
    statement::{Select, Statement},
};

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
    fn by_key(key: &Self::Key) -> impl Select<Self::Found> + use<Self>;

    /// Returns what a commit writes beside the row; nothing, for most kinds.
    fn beside(_commit: &Commit<Self>) -> Beside {
        Beside::default()
    }

    /// Writes a row that is new.
    fn insert(row: Self::Row, at: Instant) -> impl Statement;

    /// Sets every column of the row that has the key of `row` and is still of the version `base`.
    fn update(row: Self::Row, base: i64, at: Instant) -> impl Statement;
}
