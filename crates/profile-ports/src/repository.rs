//! The one port of every kind of record: find it by its key, and write it.

use async_trait::async_trait;
use profile_domain::{Keyed, Saved};

use crate::{Commit, CommitError, Unavailable};

/// Finds and writes the records of one kind.
///
/// Absence is `Ok(None)`; a commit is one atomic step of the next state, its version and its change record; a commit whose
/// future is dropped runs to its end or leaves nothing; what was answered is durable.
#[async_trait]
pub trait Repository<T: Keyed>: Send + Sync {
    /// Returns the record with this key, and its last change.
    ///
    /// # Errors
    /// [`Unavailable`].
    async fn find(&self, key: &T::Key) -> Result<Option<Saved<T>>, Unavailable>;

    /// Writes one version of a record. [`CommitError::Taken`] names the field of a [`claim`](Keyed::claims) that another
    /// record has, or the key where the record is there already; [`CommitError::Missing`] names a field that refers to
    /// nothing. If the person of a client has no key yet, the commit's fresh key becomes it, and no other key is written.
    ///
    /// # Errors
    /// [`CommitError`]; unless it is [`CommitError::Unknown`], nothing was written.
    async fn commit(&self, commit: Commit<T>) -> Result<(), CommitError>;
}
