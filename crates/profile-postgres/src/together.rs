//! Statements that are no commit, and are one step all the same.

use diesel::QueryResult;
use profile_ports::{CommitError, UnknownOutcome};
use profile_rows::Statement;

use crate::{error::unavailable, failure::is_unknown, link::Link, server::Server};

/// Runs statements in one transaction; returns whether the first one touched a row. If it did not, the others are not run.
pub(crate) async fn together<S: Statement>(
    server: &Server,
    link: &Link,
    statements: Vec<S>,
) -> Result<bool, CommitError> {
    let mut transaction = Transaction { link, is_ended: false };
    let is_done = transaction.run(server, statements).await.map_err(unavailable)?;
    let end = if is_done { "COMMIT" } else { "ROLLBACK" };
    match link.within(link.run(end)).await {
        Ok(()) => {
            transaction.is_ended = true;
            Ok(is_done)
        }
        Err(error) if is_done && is_unknown(&error) => Err(UnknownOutcome::because(error).into()),
        Err(error) => Err(unavailable(error).into()),
    }
}

/// Nobody else shall get a connection with a transaction in it, which ends with the connection.
struct Transaction<'a> {
    link: &'a Link,
    is_ended: bool,
}

impl Transaction<'_> {
    async fn run<S: Statement>(&self, server: &Server, statements: Vec<S>) -> QueryResult<bool> {
        let link = self.link;
        link.within(link.run(server.begin(link))).await?;
        for (number, statement) in statements.iter().enumerate() {
            let outgoing = link.outgoing(statement)?;
            if link.within(link.perform(outgoing)).await? == 0 && number == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.is_ended {
            self.link.discard();
        }
    }
}
