//! How queries and statements are run here.

use std::sync::Arc;

use diesel::{QueryResult, QueryableByName, result::Error, sql_query, sql_types::BigInt};
use profile_domain::{Head, change::ChangeRecord};
use profile_ports::{
    Commit, CommitError, ConnectionStats, KeyedResponse, Page, StorageSize, Unavailable, UnknownOutcome,
};
use profile_rows::{
    Engine, Queries, Select, Statement, change, copy::CopyDialect, reply::insert_reply, search::SearchDialect,
};
use uuid::Uuid;

use crate::{
    PostgresStore, cluster::is_spread, error::unavailable, failure::is_unknown, link::Link, order::Closed,
    pool_shard::PoolShard, row::PgRow, statement::Outgoing, steps, together::together, writer,
};

/// Reads and writes a row that nothing else uses.
const PROBE: &str =
    "INSERT INTO write_probe (id, at) VALUES (1, now()) ON CONFLICT (id) DO UPDATE SET at = now()";

/// The files of this database on this server; those of its workers are none of them.
const SIZE: &str = "SELECT pg_database_size(current_database()) AS bytes";

#[derive(QueryableByName)]
struct DatabaseSize {
    #[diesel(sql_type = BigInt)]
    bytes: i64,
}

impl Link {
    /// Returns every row of a query.
    pub(crate) async fn load<Q: Select<R>, R>(&self, query: Q) -> QueryResult<Vec<R>> {
        let outgoing = self.outgoing(&query);
        self.read::<Q, R>(outgoing).await
    }

    /// Returns every row of a query that is written down already.
    pub(crate) async fn read<Q: Select<R>, R>(&self, outgoing: QueryResult<Outgoing>) -> QueryResult<Vec<R>> {
        let rows = self.within(self.rows(outgoing?)).await?;
        let read = |row| Q::read(&PgRow::new(row)).map_err(Error::DeserializationError);
        rows.into_iter().map(read).collect()
    }
}

impl Queries for PostgresStore {
    const PARAMETER: char = '$';
    const ITEMS: &'static str = "json_array_elements";
    const SEARCH: SearchDialect = SearchDialect::POSTGRES;

    async fn load<Q: Select<R>, R: Send + 'static>(&self, query: Q) -> Result<Vec<R>, Unavailable> {
        self.connection().await?.load(query).await.map_err(unavailable)
    }

    async fn look_up<Q: Select<R>, R: Send + 'static>(&self, query: Q) -> Result<Vec<R>, Unavailable> {
        let share = self.share()?;
        let connection = share.for_lookup().await?;
        connection.load(query).await.map_err(|error| {
            share.part_lookups();
            unavailable(error)
        })
    }

    async fn list<Q: Select<R>, R: Send + 'static>(&self, query: Q) -> Result<Vec<R>, Unavailable> {
        match self.load_from_replica(query).await {
            Ok(rows) => Ok(rows),
            Err(query) => self.load(query).await,
        }
    }

    async fn search<Q: Select<R>, R: Send + 'static>(&self, query: Q) -> Result<Vec<R>, Unavailable> {
        match self.load_from_replica(query).await {
            Ok(rows) => Ok(rows),
            Err(query) => self.for_search().await?.load(query).await.map_err(unavailable),
        }
    }

    async fn joins_roots(&self) -> Result<bool, Unavailable> {
        let is_spread =
            self.is_spread.get_or_try_init(|| async { is_spread(&*self.connection().await?).await });
        is_spread.await.map(|is_spread| !is_spread)
    }

    async fn execute<S: Statement>(&self, statement: S) -> Result<usize, Unavailable> {
        let connection = self.connection().await?;
        let outgoing = connection.outgoing(&statement).map_err(unavailable)?;
        connection.within(connection.perform(outgoing)).await.map_err(unavailable)
    }
}

impl Engine for PostgresStore {
    const COPY: CopyDialect = CopyDialect::POSTGRES;

    async fn commit(&self, commit: Commit) -> Result<Vec<Head>, CommitError> {
        let shard = self.share()?;
        if commit.steps.is_empty() {
            writer::commit(shard, commit).await
        } else {
            steps::commit(shard, commit).await
        }
    }

    async fn execute_with_reply<S: Statement>(
        &self,
        statement: S,
        reply: Option<&KeyedResponse>,
    ) -> Result<(), CommitError> {
        let connection = self.connection().await?;
        let outgoing = connection.outgoing(&statement).map_err(unavailable)?;
        if let Some(reply) = reply {
            let kept = connection.outgoing(&insert_reply(reply)).map_err(unavailable)?;
            return together(&self.server, &connection, vec![kept, outgoing], false).await.map(drop);
        }
        match connection.within(connection.perform(outgoing)).await {
            Ok(_) => Ok(()),
            Err(error) if is_unknown(&error) => Err(UnknownOutcome::because(error).into()),
            Err(error) => Err(unavailable(error).into()),
        }
    }

    async fn execute_together<S: Statement>(&self, statements: Vec<S>) -> Result<bool, CommitError> {
        let connection = self.connection().await?;
        let outgoing = statements.iter().map(|statement| connection.outgoing(statement));
        let outgoing = outgoing.collect::<QueryResult<_>>().map_err(unavailable)?;
        together(&self.server, &connection, outgoing, true).await
    }

    async fn next_client_number(&self) -> Result<i64, Unavailable> {
        self.next_number().await
    }

    async fn changes_behind(&self, page: Page<Uuid>) -> Result<Vec<ChangeRecord>, Unavailable> {
        if let Some(changes) = self.changes_on_replica(page).await {
            return Ok(changes);
        }
        let connection = self.connection().await?;
        let closed = Closed::begin(&connection, self.order.closed()).await?;
        let changes = change::changes_behind(&closed.snapshot, page, Some(closed.until)).await?;
        closed.end().await?;
        Ok(changes)
    }

    async fn closed_position(&self) -> Result<Option<Uuid>, Unavailable> {
        if let Some(position) = self.closed_on_replica().await {
            return Ok(position);
        }
        let connection = self.connection().await?;
        let closed = Closed::begin(&connection, self.order.closed()).await?;
        let position = change::last_position(&closed.snapshot, Some(closed.until)).await?;
        closed.end().await?;
        Ok(position)
    }

    /// Nothing to do here: PostgreSQL overwrites replaced rows when it vacuums, in its own time (`docs/privacy.md`).
    async fn overwrite_removed(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn ready(&self) -> Result<(), Unavailable> {
        let write = async {
            let connection = self.connection().await?;
            connection.within(connection.run(PROBE)).await.map_err(Unavailable::database)
        };
        Box::pin(self.probe.ask(write)).await
    }

    fn connection_stats(&self) -> ConnectionStats {
        let shares =
            self.shares.iter().map(Arc::as_ref).chain([&self.searches]).map(PoolShard::open_and_idle);
        let (open, idle) = shares.fold((0, 0), |all, share| (all.0 + share.0, all.1 + share.1));
        ConnectionStats { open, idle, max: self.max_connections }
    }

    async fn storage_size(&self) -> Result<StorageSize, Unavailable> {
        let size = sql_query(SIZE);
        let database: Vec<DatabaseSize> = self.connection().await?.load(size).await.map_err(unavailable)?;
        let bytes = database.first().map_or(0, |database| database.bytes);
        Ok(StorageSize {
            database: u64::try_from(bytes).unwrap_or_default(),
            free: None,
            log: None,
            is_partial: !self.joins_roots().await?,
        })
    }
}
