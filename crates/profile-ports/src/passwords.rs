//! Passwords, which are slow to check on purpose.

use async_trait::async_trait;
use profile_domain::Text;

use crate::Unavailable;

/// What a check found.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is the password.
    Right,
    /// It is not.
    Wrong,
}

/// Why nothing was found.
#[derive(Debug, thiserror::Error)]
pub enum PasswordBusy {
    /// Too many checks are waiting already, or the owner had too many within a minute.
    #[error("too many passwords are being checked")]
    Queue,
    /// It could not be tried.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Hashes and checks passwords: only a few at a time, none on the threads that answer requests, and with a queue that is
/// never long.
#[async_trait]
pub trait Passwords: Send + Sync {
    /// Waits for the turn of `owner`, who has one at a time, in the order in which they were asked for. So nobody delays the
    /// checks of others by more than one of their own.
    async fn turn(&self, owner: i32) -> Box<dyn PasswordTurn>;

    /// The hash of `password` as a PHC string: `known`, if that is one. Waits for its turn, however long the queue.
    async fn hash(&self, password: &str, known: Option<&Text>) -> Result<Text, Unavailable>;

    /// Whether `hash` is a PHC string that can be verified within bounds of memory and time.
    fn understands(&self, hash: &str) -> bool;
}

/// The turn of one owner, given up when it is dropped.
#[async_trait]
pub trait PasswordTurn: Send {
    /// Whether `password` is the one of `hash`, a PHC string.
    ///
    /// # Errors
    /// [`PasswordBusy`].
    async fn verify(&mut self, password: &str, hash: &Text) -> Result<Verdict, PasswordBusy>;
}
