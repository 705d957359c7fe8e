//! The order in which users are listed (contract users, section 4, lists).

use chrono::{DateTime, Utc};

use super::UserId;
use crate::Search;

/// Where a user stands in a list: by rank, then newest first, then by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// 0 for the exact username, 1 for the beginning of one, 2 for a part of name or username; 0 without a search.
    pub rank: i32,
    /// Creation of the account.
    pub created_at: DateTime<Utc>,
    /// The user.
    pub id: UserId,
}

/// A page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// What name or username must contain.
    pub search: Search,
    /// The page begins behind this position, or ends before it.
    pub from: Option<Position>,
    /// Whether the page ends before `from`, or at the end of the list.
    pub backwards: bool,
    /// Most users of the page.
    pub limit: u32,
}
