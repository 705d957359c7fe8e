//! How queries and statements are run here.

use diesel::{Connection as _, SqliteConnection};
use profile_ports::Unavailable;
use profile_rows::{Engine, Select, Statement};

use crate::SqliteStore;

/// What reads the rows of a query from a connection.
fn rows<Q: Select<R>, R>(
    query: Q,
) -> impl FnOnce(&mut SqliteConnection) -> diesel::QueryResult<Vec<R>> + Send + 'static + use<Q, R> {
    move |connection| query.load_from(connection)
}

impl Engine for SqliteStore {
    const PARAMETER: char = '?';

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
