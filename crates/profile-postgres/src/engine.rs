//! How queries and statements are run here.

use diesel::{QueryResult, result::Error};
use profile_ports::Unavailable;
use profile_rows::{Engine, Select, Statement};

use crate::{PostgresStore, error::unavailable, link::Link, row::PgRow};

impl Link {
    /// Returns every row of a query.
    pub(crate) async fn load<Q: Select<R>, R>(&self, query: Q) -> QueryResult<Vec<R>> {
        let outgoing = self.outgoing(&query)?;
        let rows = self.within(self.rows(outgoing)).await?;
        let read = |row| Q::read(&PgRow::new(row)).map_err(Error::DeserializationError);
        rows.into_iter().map(read).collect()
    }
}

impl Engine for PostgresStore {
    const PARAMETER: char = '$';

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

    async fn search<Q: Select<R>, R: Send + 'static>(&self, query: Q) -> Result<Vec<R>, Unavailable> {
        self.for_search().await?.load(query).await.map_err(unavailable)
    }

    async fn execute<S: Statement>(&self, statement: S) -> Result<usize, Unavailable> {
        let connection = self.connection().await?;
        let outgoing = connection.outgoing(&statement).map_err(unavailable)?;
        connection.within(connection.perform(outgoing)).await.map_err(unavailable)
    }
}
