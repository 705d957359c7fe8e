//! How often callers have called of late, as servers that share a database count it together.

use std::time::Duration;

use async_trait::async_trait;

use crate::Unavailable;

/// Calls of one caller at about the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgedCalls {
    /// How long ago they were, in whole seconds, and at least so long.
    pub age: Duration,
    /// How many they are.
    pub calls: u32,
}

/// What all servers together have counted of a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedCalls {
    /// How many of the calls that were asked for may pass.
    pub granted: u32,
    /// Greater than that of any earlier answer about this caller.
    pub number: i64,
    /// The calls of the last minute, with those that were granted.
    pub calls: Vec<AgedCalls>,
}

/// Calls of one caller that a server reports, or asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewCalls {
    /// How many have passed.
    pub passed: u32,
    /// How many more shall pass.
    pub asked: u32,
    /// The most that may pass in any minute.
    pub most: u32,
}

/// The calls that all servers count together. Nothing of it must survive a crash of the database.
#[async_trait]
pub trait CallCounts: Send + Sync {
    /// Adds calls of a caller that have passed, and of those that are asked for as many as there may be. What several servers ask
    /// at the same moment is answered one after the other.
    ///
    /// # Errors
    /// [`Unavailable`]: the database does not answer.
    async fn count_calls(&self, caller: &str, calls: NewCalls) -> Result<CountedCalls, Unavailable>;

    /// Removes what is too old to count.
    ///
    /// # Errors
    /// [`Unavailable`]: the database does not answer.
    async fn forget_calls(&self) -> Result<(), Unavailable>;
}
