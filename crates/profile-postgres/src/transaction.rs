//! The statements of a group of commits as one transaction.

use diesel::{QueryResult, result::Error};
use futures_util::{
    FutureExt as _,
    future::{join, join_all},
};

use crate::{failure::is_unknown, link::Link, parts::Guard, server::Server, statement::Outgoing};

/// What a statement is to its group.
pub(crate) struct Placed {
    pub(crate) job: usize,
    pub(crate) guard: Guard,
    /// Whether it is its whole commit.
    pub(crate) is_alone: bool,
}

/// How the statements of a transaction ended.
pub(crate) enum Sent {
    /// They are durable; how many rows each wrote.
    Done(Vec<usize>),
    /// One was refused, or found no row (`None`) that its commit cannot do without. They are undone.
    Undone { number: usize, error: Option<Error> },
    /// None was carried out; the connection is of no use any more.
    Lost(Error),
    /// They may have been carried out; the connection is of no use any more.
    Unknown(Error),
}

/// A single statement needs no transaction, unless only that has limits on time.
pub(crate) async fn send(
    server: &Server,
    link: &Link,
    mut outgoing: Vec<Outgoing>,
    placed: &[Placed],
) -> Sent {
    if outgoing.len() > 1 || !link.limited {
        return together(server, link, outgoing, placed).await;
    }
    let Some(statement) = outgoing.pop() else { return Sent::Done(Vec::new()) };
    match link.within(link.perform(statement)).await {
        Ok(rows) => Sent::Done(vec![rows]),
        Err(error) if is_unknown(&error) => Sent::Unknown(error),
        Err(error) => Sent::Undone { number: 0, error: Some(error) },
    }
}

/// Sends all statements as one transaction, in their order and before it waits for the first answer.
async fn together(server: &Server, link: &Link, outgoing: Vec<Outgoing>, placed: &[Placed]) -> Sent {
    let prepared = join_all(outgoing.into_iter().map(|statement| link.prepared(statement)));
    let prepared = match link.within(prepared.map(Ok)).await {
        Ok(prepared) => prepared,
        Err(error) => return Sent::Lost(error),
    };
    let mut outgoing = Vec::with_capacity(placed.len());
    for (number, statement) in prepared.into_iter().enumerate() {
        match statement {
            Ok(statement) => outgoing.push(statement),
            Err(error) => return Sent::Undone { number, error: Some(error) },
        }
    }
    let statements = async {
        let statements = join_all(outgoing.into_iter().map(|statement| link.perform(statement)));
        let (begun, outcomes) = join(link.run(server.begin(link)), statements).await;
        begun.map(|()| outcomes)
    };
    let outcomes = match link.within(statements).await {
        Ok(outcomes) => outcomes,
        // The session goes on without a transaction: the statements behind may have been carried out one by one.
        Err(error) if !is_unknown(&error) => return Sent::Unknown(error),
        Err(error) => return Sent::Lost(error),
    };
    let rows = match all(outcomes, placed) {
        Ok(rows) => rows,
        Err((number, error)) => {
            return match link.within(link.run("ROLLBACK")).await {
                Ok(()) => Sent::Undone { number, error },
                Err(lost) => Sent::Lost(error.unwrap_or(lost)),
            };
        }
    };
    match link.within(link.run("COMMIT")).await {
        Ok(()) => Sent::Done(rows),
        Err(error) if is_unknown(&error) => Sent::Unknown(error),
        Err(error) => Sent::Lost(error),
    }
}

/// Returns how many rows each statement wrote, or the first one for which the transaction must be undone.
fn all(outcomes: Vec<QueryResult<usize>>, placed: &[Placed]) -> Result<Vec<usize>, (usize, Option<Error>)> {
    let mut rows = Vec::with_capacity(outcomes.len());
    for (number, (outcome, Placed { guard, is_alone, .. })) in outcomes.into_iter().zip(placed).enumerate() {
        match outcome {
            Ok(0) if !is_alone && guard.missed().is_some() => return Err((number, None)),
            Ok(touched) => rows.push(touched),
            Err(error) => return Err((number, Some(error))),
        }
    }
    Ok(rows)
}
