//! Commits that do something about a person beside writing records: a transaction of their own.
//!
//! They may be long, because an erasure replaces every change of a person, so they share no transaction with others; and their
//! place in the log is taken last, because the feed waits for whoever holds one.

use std::{sync::Arc, time::Instant};

use diesel::result::Error;
use futures_util::future::join_all;
use profile_domain::Head;
use profile_ports::{Commit, CommitError, PersonStep, Unavailable, UnknownOutcome};
use profile_rows::{Statement, StepSink, push_step};

use crate::{
    PostgresStore,
    error::{is_lease_over, is_passing, unavailable},
    failure::is_unknown,
    group::TRIES,
    link::Link,
    order::Ticket,
    parts::{Part, Parts},
    pool_shard::PoolShard,
    statement::Outgoing,
};

/// Most statements that are on their way at once: each of some hundred bytes.
const MAX_SENT_AT_ONCE: usize = 500;

/// Why a transaction was undone.
enum Undone {
    Refused(CommitError),
    /// It may go well when it is tried again.
    Passing(Error),
}

impl From<Unavailable> for Undone {
    fn from(error: Unavailable) -> Self {
        Self::Refused(error.into())
    }
}

/// Makes `commit` durable. It goes on when the future is dropped.
pub(crate) async fn commit(shard: &Arc<PoolShard>, commit: Commit) -> Result<Vec<Head>, CommitError> {
    let shard = Arc::clone(shard);
    let work = tokio::spawn(async move {
        let mut passing = None;
        for _ in 0..TRIES {
            let link = shard.take().await?;
            match (Transaction { shard: &shard, link: &link, is_open: false }).run(&commit).await {
                Ok(heads) => return Ok(heads),
                Err(Undone::Refused(refused)) => return Err(refused),
                Err(Undone::Passing(error)) => passing = Some(error),
            }
        }
        Err(passing.map_or(CommitError::Stale, |error| unavailable(error).into()))
    });
    work.await.map_err(UnknownOutcome::because)?
}

/// A transaction on a connection that nobody else gets while it is open.
struct Transaction<'a> {
    shard: &'a PoolShard,
    link: &'a Link,
    is_open: bool,
}

impl Transaction<'_> {
    /// Commits, or rolls back at once: rows that were looked at stay locked until then.
    async fn run(mut self, commit: &Commit) -> Result<Vec<Head>, Undone> {
        let outcome = self.attempt(commit).await;
        if self.is_open && self.link.is_usable() {
            self.is_open = self.run_text("ROLLBACK").await.is_err();
        }
        outcome
    }

    async fn attempt(&mut self, commit: &Commit) -> Result<Vec<Head>, Undone> {
        self.run_text(self.shard.server.begin(self.link)).await?;
        self.is_open = true;
        self.carry_out(&commit.steps).await?;
        let ticket = self.shard.order.ticket(Instant::now()).await?;
        match self.write(commit, &ticket).await {
            Ok(heads) => self.end(ticket, heads).await,
            Err(Undone::Passing(error)) if is_lease_over(&error) => {
                ticket.abandon();
                Err(Undone::Passing(error))
            }
            Err(undone) => {
                ticket.settle();
                Err(undone)
            }
        }
    }

    async fn run_text(&self, text: &str) -> Result<(), Undone> {
        self.link.within(self.link.run(text)).await.map_err(|error| unavailable(error).into())
    }

    /// Does what is to be done about the person, many statements on their way at once.
    async fn carry_out(&self, steps: &[PersonStep]) -> Result<(), Undone> {
        for step in steps {
            let mut gathered = Gathered { link: self.link, statements: Vec::new() };
            push_step::<PostgresStore, _>(step, &mut gathered)?;
            let mut statements = gathered.statements.into_iter().peekable();
            while statements.peek().is_some() {
                let some: Vec<_> = statements.by_ref().take(MAX_SENT_AT_ONCE).collect();
                self.perform(some).await?;
            }
        }
        Ok(())
    }

    async fn perform(&self, statements: Vec<(Outgoing, bool)>) -> Result<(), Undone> {
        let link = self.link;
        let mut sent = Vec::with_capacity(statements.len());
        for (outgoing, guards) in statements {
            let outgoing = link.within(link.prepared(outgoing)).await.map_err(passing)?;
            sent.push(async move { (link.perform(outgoing).await, guards) });
        }
        let outcomes = link.within(async { Ok(join_all(sent).await) }).await.map_err(passing)?;
        for (outcome, guards) in outcomes {
            if outcome.map_err(passing)? == 0 && guards {
                return Err(Undone::Refused(CommitError::Stale));
            }
        }
        Ok(())
    }

    /// Writes the records under their place in the log.
    async fn write(&self, commit: &Commit, ticket: &Ticket) -> Result<Vec<Head>, Undone> {
        let Parts { parts, heads } = Parts::of(commit, ticket, self.link)?;
        for Part { outgoing, guard } in parts {
            match self.link.within(self.link.perform(outgoing)).await {
                Ok(0) => guard.missed().map_or(Ok(()), |refused| Err(Undone::Refused(refused)))?,
                Ok(_) => {}
                Err(error) if is_lease_over(&error) || is_passing(&error) => {
                    return Err(Undone::Passing(error));
                }
                Err(error) => return Err(Undone::Refused(guard.refused(error))),
            }
        }
        Ok(heads)
    }

    async fn end(&mut self, ticket: Ticket, heads: Vec<Head>) -> Result<Vec<Head>, Undone> {
        match self.link.within(self.link.run("COMMIT")).await {
            Ok(()) => {
                self.is_open = false;
                ticket.settle();
                Ok(heads)
            }
            Err(error) if is_unknown(&error) => {
                ticket.abandon();
                Err(Undone::Refused(UnknownOutcome::because(error).into()))
            }
            Err(error) => {
                ticket.settle();
                Err(passing(error))
            }
        }
    }
}

fn passing(error: Error) -> Undone {
    if is_passing(&error) { Undone::Passing(error) } else { unavailable(error).into() }
}

/// What could not be rolled back ends with the connection.
impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.is_open {
            self.link.discard();
        }
    }
}

/// Writes the statements of a step down for a connection.
struct Gathered<'a> {
    link: &'a Link,
    statements: Vec<(Outgoing, bool)>,
}

impl StepSink for Gathered<'_> {
    type Error = Unavailable;

    fn push<S: Statement>(&mut self, statement: S, guards: bool) -> Result<(), Unavailable> {
        let outgoing = self.link.outgoing(&statement).map_err(unavailable)?;
        self.statements.push((outgoing, guards));
        Ok(())
    }
}
