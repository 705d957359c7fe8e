//! How queries and statements are run here.

use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection, sql_query};
use profile_domain::{Head, change::ChangeRecord};
use profile_ports::{Commit, CommitError, ConnectionStats, KeyedResponse, Page, StorageSize, Unavailable};
use profile_rows::{
    Engine, Queries, Select, Statement, Unreadable, change, copy::CopyDialect, reply::insert_reply,
    search::SearchDialect,
};
use uuid::Uuid;

use crate::{
    SqliteStore, client_number,
    commit::write_all,
    error::{failed, unless_unique},
    order::Order,
    prepared::Prepared,
    search_merge,
    steps::prepared,
    storage_size,
    unused_bytes::{self, PAGES_AT_ONCE},
};

/// Writes a row that nothing else uses.
const PROBE: &str = "INSERT OR REPLACE INTO write_probe (id, at) VALUES (1, CURRENT_TIMESTAMP)";

/// What reads the rows of a query from a connection.
fn rows<Q: Select<R>, R>(
    query: Q,
) -> impl FnOnce(&mut SqliteConnection) -> diesel::QueryResult<Vec<R>> + Send + 'static + use<Q, R> {
    move |connection| query.load_from(connection)
}

impl Queries for SqliteStore {
    const PARAMETER: char = '?';
    const ITEMS: &'static str = "json_each";
    const SEARCH: SearchDialect = SearchDialect::SQLITE;

    async fn load<Q: Select<R>, R: Send + 'static>(&self, query: Q) -> Result<Vec<R>, Unavailable> {
        self.read(rows(query)).await
    }

    async fn look_up<Q: Select<R>, R: Send + 'static>(&self, query: Q) -> Result<Vec<R>, Unavailable> {
        self.read_at_once(rows(query)).await
    }

    async fn search<Q: Select<R>, R: Send + 'static>(&self, query: Q) -> Result<Vec<R>, Unavailable> {
        self.read_in_turn(rows(query)).await
    }

    async fn execute<S: Statement>(&self, statement: S) -> Result<usize, Unavailable> {
        self.write(move |connection| connection.execute_returning_count(&statement)).await
    }
}

impl Engine for SqliteStore {
    const COPY: CopyDialect = CopyDialect::SQLITE;

    async fn commit(&self, commit: Commit) -> Result<Vec<Head>, CommitError> {
        let Commit { writes, reply, steps } = commit;
        let steps = prepared(&steps);
        // Rows are made here, and not by the one thread that all commits wait for.
        let writes: Result<Vec<_>, Unreadable> = writes.into_iter().map(Prepared::of).collect();
        let writes = writes.map_err(Unavailable::database)?;
        self.writer
            .run(move |connection, order| write_all(connection, order, writes, reply.as_ref(), steps))
            .await
    }

    async fn execute_with_reply<S: Statement>(
        &self,
        statement: S,
        reply: Option<&KeyedResponse>,
    ) -> Result<(), CommitError> {
        let kept = reply.map(insert_reply);
        let both = move |connection: &mut SqliteConnection, _: &mut Order| {
            if let Some(kept) = kept {
                let outcome = connection.execute_returning_count(&kept);
                outcome.map_err(unless_unique(CommitError::Repeated))?;
            }
            connection.execute_returning_count(&statement).map_err(failed)
        };
        self.writer.run(both).await.map(drop)
    }

    async fn execute_together<S: Statement>(&self, statements: Vec<S>) -> Result<bool, CommitError> {
        let all = move |connection: &mut SqliteConnection| {
            for (number, statement) in statements.iter().enumerate() {
                if connection.execute_returning_count(statement)? == 0 && number == 0 {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        Ok(self.write(all).await?)
    }

    async fn next_client_number(&self) -> Result<i64, Unavailable> {
        self.write(client_number::next).await
    }

    /// What is committed is closed: the one writer numbers changes in the order of its commits.
    async fn changes_behind(&self, page: Page<Uuid>) -> Result<Vec<ChangeRecord>, Unavailable> {
        change::changes_behind(self, page, None).await
    }

    async fn closed_position(&self) -> Result<Option<Uuid>, Unavailable> {
        change::last_position(self, None).await
    }

    /// Rows are overwritten when they are removed (`secure_delete`); what is left is in the index of names, until that is merged, in
    /// the unused part of pages, and in the log of the file, until that is empty.
    async fn overwrite_removed(&self) -> Result<(), Unavailable> {
        while self.write(search_merge::step).await? {}
        let find =
            |connection: &mut SqliteConnection| unused_bytes::find(connection).map_err(Unavailable::database);
        for pages in self.administer(find).await?.chunks(PAGES_AT_ONCE) {
            let pages = pages.to_vec();
            self.write(move |connection| unused_bytes::overwrite(connection, &pages)).await?;
        }
        self.empty_wal().await
    }

    async fn ready(&self) -> Result<(), Unavailable> {
        let both = async {
            self.read(|connection| sql_query("SELECT 1").execute(connection)).await?;
            self.write(|connection| sql_query(PROBE).execute(connection)).await.map(drop)
        };
        self.probe.ask(both).await
    }

    fn connection_stats(&self) -> ConnectionStats {
        let state = self.readers.state();
        ConnectionStats {
            open: state.connections as usize,
            idle: state.idle_connections as usize,
            max: self.readers.max_size() as usize,
        }
    }

    async fn storage_size(&self) -> Result<StorageSize, Unavailable> {
        let path = self.path.clone();
        self.read(move |connection| storage_size::of(connection, &path)).await
    }
}
