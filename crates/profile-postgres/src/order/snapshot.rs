//! Queries that see the database as it was at one moment.

use profile_ports::Unavailable;
use profile_rows::{Queries, Select, Statement, search::SearchDialect};

use crate::{PostgresStore, error::unavailable, link::Link};

/// A transaction whose queries share one snapshot.
pub(crate) struct Snapshot<'a> {
    link: &'a Link,
    is_ended: bool,
}

impl<'a> Snapshot<'a> {
    pub(super) async fn begin(link: &'a Link) -> Result<Self, Unavailable> {
        let snapshot = Self { link, is_ended: false };
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
        link.within(link.run(begin)).await.map_err(unavailable)?;
        Ok(snapshot)
    }

    pub(super) async fn end(mut self) -> Result<(), Unavailable> {
        self.link.within(self.link.run("COMMIT")).await.map_err(unavailable)?;
        self.is_ended = true;
        Ok(())
    }
}

/// Nobody else shall get a connection with a transaction in it.
impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        if !self.is_ended {
            self.link.discard();
        }
    }
}

impl Queries for Snapshot<'_> {
    const PARAMETER: char = PostgresStore::PARAMETER;
    const ITEMS: &'static str = PostgresStore::ITEMS;
    const SEARCH: SearchDialect = PostgresStore::SEARCH;

    async fn load<Q: Select<R>, R: Send + 'static>(&self, query: Q) -> Result<Vec<R>, Unavailable> {
        self.link.load(query).await.map_err(unavailable)
    }

    async fn look_up<Q: Select<R>, R: Send + 'static>(&self, query: Q) -> Result<Vec<R>, Unavailable> {
        self.load(query).await
    }

    async fn search<Q: Select<R>, R: Send + 'static>(&self, query: Q) -> Result<Vec<R>, Unavailable> {
        self.load(query).await
    }

    async fn execute<S: Statement>(&self, statement: S) -> Result<usize, Unavailable> {
        let outgoing = self.link.outgoing(&statement).map_err(unavailable)?;
        self.link.within(self.link.perform(outgoing)).await.map_err(unavailable)
    }
}
