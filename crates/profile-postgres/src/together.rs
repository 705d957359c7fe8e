//! Statements that are no commit, and are one step all the same.

use diesel::QueryResult;
use profile_ports::{CommitError, UnknownOutcome};

use crate::{
    error::{is_key_used, unavailable},
    failure::is_unknown,
    link::Link,
    server::Server,
    statement::Outgoing,
};

/// Runs statements in one transaction; returns whether the first one touched a row. If it did not, and it `guards` the others,
/// they are not run. The key of a reply that was used is [`CommitError::Repeated`].
pub(crate) async fn together(
    server: &Server,
    link: &Link,
    statements: Vec<Outgoing>,
    guards: bool,
) -> Result<bool, CommitError> {
    let mut transaction = Transaction { link, is_ended: false };
    let is_done = match transaction.run(server, statements, guards).await {
        Ok(touched) => touched || !guards,
        Err(error) if is_key_used(&error) => return Err(CommitError::Repeated),
        Err(error) => return Err(unavailable(error).into()),
    };
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
    /// Returns whether the first statement touched a row; the others are run if it did, or does not guard them.
    async fn run(&self, server: &Server, statements: Vec<Outgoing>, guards: bool) -> QueryResult<bool> {
        let link = self.link;
        link.within(link.run(server.begin(link))).await?;
        let mut is_touched = true;
        for (number, outgoing) in statements.into_iter().enumerate() {
            if link.within(link.perform(outgoing)).await? == 0 && number == 0 {
                is_touched = false;
                if guards {
                    break;
                }
            }
        }
        Ok(is_touched)
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.is_ended {
            self.link.discard();
        }
    }
}
