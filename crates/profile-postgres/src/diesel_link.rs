//! What Diesel asks of the connection on which it runs migrations.

use std::sync::{Arc, PoisonError};

use diesel::{
    ConnectionError, ConnectionResult, QueryResult,
    connection::{CacheSize, Instrumentation},
    pg::Pg,
    query_builder::{AsQuery, QueryFragment, QueryId},
};
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection, TransactionManager,
};
use futures_util::{
    FutureExt as _,
    future::BoxFuture,
    stream::{self, Iter},
};

use crate::{
    link::Link,
    row::PgRow,
    server::{Limits, Server, Session},
    statement::Outgoing,
};

type Rows = Iter<std::vec::IntoIter<QueryResult<PgRow>>>;

impl Link {
    fn load_all(&self, outgoing: QueryResult<Outgoing>) -> BoxFuture<'_, QueryResult<Rows>> {
        async move {
            let rows = self.within(self.rows(outgoing?)).await?;
            let rows: Vec<_> = rows.into_iter().map(|row| Ok(PgRow::new(row))).collect();
            Ok(stream::iter(rows))
        }
        .boxed()
    }

    fn execute_one(&self, outgoing: QueryResult<Outgoing>) -> BoxFuture<'_, QueryResult<usize>> {
        async move { self.within(self.perform(outgoing?)).await }.boxed()
    }
}

impl SimpleAsyncConnection for Link {
    async fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.within(self.run(query)).await
    }
}

impl AsyncConnectionCore for Link {
    type LoadFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<Rows>>;
    type ExecuteFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<usize>>;
    type Stream<'conn, 'query> = Rows;
    type Row<'conn, 'query> = PgRow;
    type Backend = Pg;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Pg> + QueryId + 'query,
    {
        self.load_all(self.outgoing(&source.as_query()))
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Pg> + QueryId + 'query,
    {
        self.execute_one(self.outgoing(&source))
    }
}

impl AsyncConnection for Link {
    type TransactionManager = AnsiTransactionManager;

    async fn establish(url: &str) -> ConnectionResult<Self> {
        let refused =
            |error: profile_ports::Unavailable| ConnectionError::BadConnection(error.source.to_string());
        let server = Server::new(url, true, Limits::default()).map_err(refused)?;
        Arc::new(server).connect(Session::Migration).await.map_err(refused)
    }

    fn transaction_state(
        &mut self,
    ) -> &mut <Self::TransactionManager as TransactionManager<Self>>::TransactionStateData {
        &mut self.transactions
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        self.instrumentation.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        *self.instrumentation.get_mut().unwrap_or_else(PoisonError::into_inner) = Box::new(instrumentation);
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        if matches!(size, CacheSize::Disabled) {
            self.prepare_nothing();
        }
    }
}
