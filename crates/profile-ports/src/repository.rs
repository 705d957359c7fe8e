//! How records are found and written, of every kind alike.

use async_trait::async_trait;
use profile_domain::{Claim, Head, Keyed, Saved};

use crate::{Commit, CommitError, Unavailable};

/// Finds the records of one kind. Absence is `Ok(None)`.
///
/// # Examples
/// A repository without records:
/// ```
/// use async_trait::async_trait;
/// use profile_domain::{Keyed, Saved, account::Account};
/// use profile_ports::{Repository, Unavailable};
///
/// struct Empty;
///
/// #[async_trait]
/// impl Repository<Account> for Empty {
///     async fn find(&self, _: &<Account as Keyed>::Key) -> Result<Option<Saved<Account>>, Unavailable> {
///         Ok(None)
///     }
/// }
/// ```
#[async_trait]
pub trait Repository<T: Keyed>: Send + Sync {
    /// Returns the record with this key, and its last change.
    ///
    /// # Errors
    /// [`Unavailable`].
    async fn find(&self, key: &T::Key) -> Result<Option<Saved<T>>, Unavailable>;
}

/// Finds who has claimed a value, in the one space of all claims.
#[async_trait]
pub trait Claims: Send + Sync {
    /// Returns the key of the record that has this claim, as text.
    ///
    /// # Errors
    /// [`Unavailable`].
    async fn holder_of(&self, claim: &Claim) -> Result<Option<String>, Unavailable>;
}

/// Writes records of every kind. It is one port and not one of each kind, because a commit may write several.
#[async_trait]
pub trait Commits: Send + Sync {
    /// Makes every write of `commit` durable, or none; a commit whose future is dropped runs to its end or leaves nothing.
    ///
    /// The store gives each change its position and its time, later than that of the record's change before
    /// (`foundation`: the order of the log, see [`Feed`](crate::Feed)), and returns what the changes leave on their records, in
    /// the order of the writes. If the person of a client has no key yet, the write's fresh key becomes it, and no other key
    /// is written; [`CommitError::Missing`] names `master_key` where the master key that wraps it is not the current one.
    ///
    /// # Errors
    /// [`CommitError`]; unless it is [`CommitError::Unknown`], nothing was written.
    async fn commit(&self, commit: Commit) -> Result<Vec<Head>, CommitError>;
}
