//! A page of a list: where it begins, and how long it may be.

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page<C> {
    /// The place behind which the page begins, in the order of the list: where the newest comes first, it holds what is older.
    /// `None`: it begins with the list.
    pub after: Option<C>,
    /// The most that is returned.
    pub limit: u32,
}

impl<C> Page<C> {
    /// Returns the first page of a list, of at most `limit`.
    #[must_use]
    pub const fn first(limit: u32) -> Self {
        Self { after: None, limit }
    }
}
