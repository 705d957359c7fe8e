//! What a database does with queries, statements and commits; what it finds and writes is in the modules beside this one.

use std::future::Future;

use profile_domain::{Head, Saved, change::ChangeRecord};
use profile_ports::{Commit, CommitError, ConnectionStats, KeyedResponse, Page, StorageSize, Unavailable};
use uuid::Uuid;

use crate::{
    copy::CopyDialect,
    search::SearchDialect,
    statement::{Select, Statement},
    stored::Stored,
};

/// A database, as the queries of this crate use it.
///
/// Queries hold owned values, also for a word of the program (`to_owned`): with a borrowed one, the compiler does not see that
/// the future of a query may move to another thread.
pub trait Queries: Send + Sync {
    /// What begins a numbered parameter in a statement that is written by hand.
    const PARAMETER: char;

    /// The function that returns the elements of a JSON list as rows of one column, `value`, in a statement that is written by hand.
    const ITEMS: &'static str;

    /// How it is told what people are searched by.
    const SEARCH: SearchDialect;

    /// Returns every row of a query, which may take its time.
    fn load<Q: Select<R>, R: Send + 'static>(
        &self,
        query: Q,
    ) -> impl Future<Output = Result<Vec<R>, Unavailable>> + Send;

    /// Returns every row of a query for a list or a history, which may take its time. A store may have a copy of the database answer,
    /// if that lacks nothing that was committed before the call.
    fn list<Q: Select<R>, R: Send + 'static>(
        &self,
        query: Q,
    ) -> impl Future<Output = Result<Vec<R>, Unavailable>> + Send {
        self.load(query)
    }

    /// Returns the rows that have the key, or one of the keys, which a query names.
    fn look_up<Q: Select<R>, R: Send + 'static>(
        &self,
        query: Q,
    ) -> impl Future<Output = Result<Vec<R>, Unavailable>> + Send;

    /// Returns every row of a search, which may look at all rows of a table and so takes nothing from lookups; as [`list`](Self::list).
    fn search<Q: Select<R>, R: Send + 'static>(
        &self,
        query: Q,
    ) -> impl Future<Output = Result<Vec<R>, Unavailable>> + Send;

    /// Runs a statement that is no commit; returns how many rows it touched.
    fn execute<S: Statement>(&self, statement: S) -> impl Future<Output = Result<usize, Unavailable>> + Send;

    /// Returns the row that has the key which a query names; of several, the first.
    fn first<Q: Select<R>, R: Send + 'static>(
        &self,
        query: Q,
    ) -> impl Future<Output = Result<Option<R>, Unavailable>> + Send {
        async { Ok(self.look_up(query).await?.into_iter().next()) }
    }

    /// Returns what a query counts, which may take its time.
    fn count<Q: Select<i64>>(&self, query: Q) -> impl Future<Output = Result<i64, Unavailable>> + Send {
        async { Ok(self.load(query).await?.first().copied().unwrap_or_default()) }
    }

    /// Returns whether one query may join rows of different roots. Where they are spread over several machines, none may.
    fn joins_roots(&self) -> impl Future<Output = Result<bool, Unavailable>> + Send {
        async { Ok(true) }
    }

    /// Returns the record with this key, with its last change.
    fn find<T: Stored>(
        &self,
        key: &T::Key,
    ) -> impl Future<Output = Result<Option<Saved<T>>, Unavailable>> + Send
    where
        Self: Sized,
    {
        T::find(self, key)
    }
}

/// Returns the error of a step that its caller does again from what is stored, whether or not it was carried out.
pub(crate) fn repeatable(error: CommitError) -> Unavailable {
    match error {
        CommitError::Unavailable(error) => error,
        other => Unavailable::database(other),
    }
}

/// A database that records are committed to: what the ports ask for beyond queries.
pub trait Engine: Queries + 'static {
    /// How it is asked for what a copy must know of it.
    const COPY: CopyDialect;

    /// Makes every write of `commit` durable, or none; see [`Commits::commit`](profile_ports::Commits::commit).
    fn commit(&self, commit: Commit) -> impl Future<Output = Result<Vec<Head>, CommitError>> + Send;

    /// Runs `statement` and stores the reply to the request that asks for it, if it is kept: both or neither. A reply whose key was
    /// used is [`CommitError::Repeated`].
    fn execute_with_reply<S: Statement>(
        &self,
        statement: S,
        reply: Option<&KeyedResponse>,
    ) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// Runs statements in their order as one step: all or none. Returns whether the first one touched a row; if it did not, the
    /// others are not run. Errors are [`CommitError::Unavailable`] and [`CommitError::Unknown`].
    fn execute_together<S: Statement>(
        &self,
        statements: Vec<S>,
    ) -> impl Future<Output = Result<bool, CommitError>> + Send;

    /// Returns a number for a client or an address; see [`Clients`](profile_ports::Clients).
    fn next_client_number(&self) -> impl Future<Output = Result<i64, Unavailable>> + Send;

    /// Returns a page of the log, as far as its order is closed; see [`Feed`](profile_ports::Feed).
    fn changes_behind(
        &self,
        page: Page<Uuid>,
    ) -> impl Future<Output = Result<Vec<ChangeRecord>, Unavailable>> + Send;

    /// Returns the last position that is closed.
    fn closed_position(&self) -> impl Future<Output = Result<Option<Uuid>, Unavailable>> + Send;

    /// Overwrites what removed and replaced rows have left in the files; see [`Erasures`](profile_ports::Erasures).
    fn overwrite_removed(&self) -> impl Future<Output = Result<(), Unavailable>> + Send;

    /// Whether the database answers, and takes a write.
    fn ready(&self) -> impl Future<Output = Result<(), Unavailable>> + Send;

    /// Returns how busy its connections are.
    fn connection_stats(&self) -> ConnectionStats;

    /// Returns how much room the database takes; see [`Store`](profile_ports::Store::storage_size).
    fn storage_size(&self) -> impl Future<Output = Result<StorageSize, Unavailable>> + Send;
}
