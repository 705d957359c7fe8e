//! Checkpoints: what the whole log was up to one of its changes (operator API page, section 12).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::fold;
use crate::change::{Digest, moment};

/// The digest over the first changes of the log, in the order of the feed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogDigest {
    /// The position of the last of them; `None` before the first change.
    pub position: Option<Uuid>,
    /// How many they are.
    pub count: i64,
    /// The digest over all of them.
    pub digest: Digest,
}

impl LogDigest {
    /// Goes on to the next change, with its position and its digest.
    pub fn follow(&mut self, position: Uuid, change: &Digest) {
        self.position = Some(position);
        self.count += 1;
        self.digest = fold(self.digest, change);
    }
}

/// What the log was at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    /// The position of change number `count`.
    pub position: Uuid,
    /// How many changes there were.
    pub count: i64,
    /// The digest over all of them.
    pub digest: Digest,
    /// When it was made, to the microsecond.
    pub at: DateTime<Utc>,
}

impl Checkpoint {
    /// The type of its signature.
    pub const TYP: &str = "profile-checkpoint";

    /// Returns the bytes that are signed.
    ///
    /// # Examples
    /// ```
    /// use chrono::DateTime;
    /// use profile_domain::{chain::Checkpoint, change::Digest};
    /// use uuid::Uuid;
    ///
    /// let (position, digest, at) = (Uuid::nil(), Digest::default(), DateTime::UNIX_EPOCH);
    /// let payload = Checkpoint { position, count: 7, digest, at }.payload();
    /// assert!(payload.starts_with(r#"{"position":"00000000-0000-0000-0000-000000000000","count":7,"digest":"00"#));
    /// assert!(payload.ends_with(r#"00","at":"1970-01-01T00:00:00.000000Z"}"#));
    /// ```
    #[must_use]
    pub fn payload(&self) -> String {
        let Self { position, count, digest, at } = self;
        // No value has a character that JSON escapes.
        format!(r#"{{"position":"{position}","count":{count},"digest":"{digest}","at":"{}"}}"#, moment(*at))
    }

    /// Returns the digest from which the next checkpoint goes on.
    #[must_use]
    pub const fn log(&self) -> LogDigest {
        LogDigest { position: Some(self.position), count: self.count, digest: self.digest }
    }
}

/// A checkpoint and the compact JWS over [its payload](Checkpoint::payload).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What is signed.
    pub checkpoint: Checkpoint,
    /// The signature.
    pub jws: String,
}
