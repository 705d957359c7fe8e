//! The projection by which people are searched: what of each record is searched, and up to where the log has been followed.

use async_trait::async_trait;
use profile_domain::{
    PersonId,
    change::RecordKind,
    operator::search::{PersonQuery, SearchEntry},
};
use uuid::Uuid;

use crate::{Page, RecordRef, Unavailable};

/// How far the projection has followed the log, and who follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchProgress {
    /// The position of the last change that is in the projection; `None`: nothing is.
    pub position: Option<Uuid>,
    /// Who follows the log; `None`: nobody.
    pub follower: Option<Uuid>,
    /// Counts up whenever one of the others changes. No clock is compared: who waits for a follower sees whether this moves.
    pub beat: i64,
}

/// A step of the one who follows the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchStep {
    /// Who follows.
    pub follower: Uuid,
    /// The position behind which the step begins.
    pub from: Option<Uuid>,
    /// The position of the last change that the step is about; `from` again, if there is more to store of these changes.
    pub to: Option<Uuid>,
}

/// Among what is searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchScope {
    /// Whether personal values find anybody.
    pub with_personal: bool,
    /// Only records of these kinds; all if there are none.
    pub kinds: Vec<RecordKind>,
}

/// For what people are searched, and among what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonSearch {
    /// What is searched for.
    pub query: PersonQuery,
    /// Among what.
    pub scope: SearchScope,
}

/// Why a person is found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SearchMatch {
    /// Whether it is a name that matches, and not an identifier: these come first.
    pub is_name: bool,
    /// The kind of the record; `None` for what an operator calls the person.
    pub kind: Option<RecordKind>,
    /// The key of the record.
    pub key: String,
    /// The field; `None` for the key.
    pub field: Option<String>,
    /// Whether the whole value matches.
    pub exact: bool,
}

/// The projection by which people are searched. Every method may be called by several processes at once.
#[async_trait]
pub trait SearchIndex: Send + Sync {
    /// Returns how far the log has been followed.
    async fn search_progress(&self) -> Result<SearchProgress, Unavailable>;

    /// Makes `follower` the one who follows the log, or nobody, if the beat still is `beat`; returns whether it was.
    async fn set_search_follower(&self, follower: Option<Uuid>, beat: i64) -> Result<bool, Unavailable>;

    /// Stores entries, at most some hundreds and one for each record; one of an earlier version than what is stored is passed
    /// over, and terms that are stored stay where an entry does not tell any. With a step, only if `follower` follows and has come to `from`, and moves the position in the same step; returns
    /// whether that was so. An entry of a record that has ended stays, with nothing in it, so that no earlier one can come back.
    async fn store_search_entries(
        &self,
        entries: &[SearchEntry],
        step: Option<&SearchStep>,
    ) -> Result<bool, Unavailable>;

    /// Returns which of these records, at most some hundreds, are stored as those of the person who is named.
    async fn find_unmoved(
        &self,
        records: &[(RecordRef<'_>, Option<PersonId>)],
    ) -> Result<Vec<(RecordKind, String)>, Unavailable>;

    /// Removes all entries, and begins again before the first change. Nobody follows then.
    async fn clear_search(&self) -> Result<(), Unavailable>;

    /// Returns a page of the people whom an identifier equals, by their ids.
    async fn find_identified(
        &self,
        search: &PersonSearch,
        page: Page<PersonId>,
    ) -> Result<Vec<PersonId>, Unavailable>;

    /// Returns a page of the people of whom one record has all words of the query in its names, by their ids; nobody, if the query
    /// has no words.
    async fn find_named(
        &self,
        search: &PersonSearch,
        page: Page<PersonId>,
    ) -> Result<Vec<PersonId>, Unavailable>;

    /// Returns why people are found: of each of them, identifiers first and then names, at least as many as an answer shows.
    async fn search_matches(
        &self,
        search: &PersonSearch,
        persons: &[PersonId],
    ) -> Result<Vec<(PersonId, SearchMatch)>, Unavailable>;
}
