//! What can go wrong behind a port, by what the caller can do about it.

use profile_domain::Claim;

use crate::chain::causes;

/// The adapter's own error, kept for the log of the operator and never shown to a caller.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// The outside world did not answer, or answered what it never should; the caller may try again later.
#[derive(Debug, thiserror::Error)]
#[error("{what} is unavailable")]
pub struct Unavailable {
    /// What did not answer: `database`, `media`.
    pub what: &'static str,
    /// Why.
    #[source]
    pub source: Source,
}

/// A stored row that cannot be read, because it holds what this service never writes: asking again is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("damaged row in {table}, key {key}: {column} holds a value that this service never writes")]
pub struct Broken {
    /// The table, or the kind of record.
    pub table: &'static str,
    /// The key.
    pub key: String,
    /// The column, or what is read of it.
    pub column: &'static str,
}

impl Broken {
    /// Returns whether `error` is a damaged row, or is there because of one.
    #[must_use]
    pub fn causes(error: &(dyn std::error::Error + 'static)) -> bool {
        causes(error).any(<dyn std::error::Error>::is::<Self>)
    }
}

/// The database takes no writes: it is a standby, or somebody has made it read-only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the database is read-only")]
pub struct ReadOnly;

impl ReadOnly {
    /// Returns whether `error` is a read-only database, or is there because of one.
    #[must_use]
    pub fn causes(error: &(dyn std::error::Error + 'static)) -> bool {
        causes(error).any(<dyn std::error::Error>::is::<Self>)
    }
}

impl Unavailable {
    /// A row is damaged. It is no failure to answer, but fails every request alike; see [`Broken::causes`].
    #[must_use]
    pub fn broken(row: Broken) -> Self {
        Self { what: "a record", source: row.into() }
    }

    /// The database did not answer.
    pub fn database(source: impl Into<Source>) -> Self {
        Self { what: "database", source: source.into() }
    }

    /// The source of balances did not answer.
    pub fn balances(source: impl Into<Source>) -> Self {
        Self { what: "balances", source: source.into() }
    }

    /// The vault has no key for it.
    pub fn vault(source: impl Into<Source>) -> Self {
        Self { what: "vault", source: source.into() }
    }

    /// The keys of an outside issuer of tokens are not known.
    pub fn token_keys(source: impl Into<Source>) -> Self {
        Self { what: "token keys", source: source.into() }
    }

    /// Nothing can be signed.
    pub fn signer(source: impl Into<Source>) -> Self {
        Self { what: "signing key", source: source.into() }
    }

    /// Passwords cannot be hashed.
    pub fn passwords(source: impl Into<Source>) -> Self {
        Self { what: "passwords", source: source.into() }
    }

    /// The media store did not answer.
    pub fn media(source: impl Into<Source>) -> Self {
        Self { what: "media", source: source.into() }
    }
}

/// A commit was sent, but its answer did not arrive: it may be durable, and it may not.
///
/// Whoever gets it must act as if either could be true: nothing that the commit refers to, before or after it, may be
/// destroyed. The record says which it was as soon as it can be read again.
#[derive(Debug, thiserror::Error)]
#[error("the outcome of a write is unknown")]
pub struct UnknownOutcome {
    /// Why no answer arrived.
    #[source]
    pub source: Source,
}

impl UnknownOutcome {
    /// No answer arrived because of `source`.
    pub fn because(source: impl Into<Source>) -> Self {
        Self { source: source.into() }
    }
}

/// Why a commit was not confirmed. Nothing of it was written, except perhaps for [`CommitError::Unknown`].
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// A stored version is not the one that the commit started from: read again and decide again.
    #[error("a record has changed since it was read")]
    Stale,
    /// A value belongs to another record.
    #[error("{} is taken", .0.field)]
    Taken(Claim),
    /// A record that the commit refers to does not exist; names the field.
    #[error("{0} does not exist")]
    Missing(&'static str),
    /// A living record names one that the commit ends.
    #[error("other records name the one that ends")]
    Referenced,
    /// The reply's key has been used: nothing may happen twice.
    #[error("the idempotency key has been used")]
    Repeated,
    /// The record that the commit makes was there once and has ended.
    #[error("the record has ended")]
    Ended,
    /// The store did not answer, and the commit was certainly not made.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The store did not answer, and the commit may have been made.
    #[error(transparent)]
    Unknown(#[from] UnknownOutcome),
}
