//! The transaction of a group of commits.

use std::{slice, sync::Arc};

use diesel::{QueryResult, result::Error};
use futures_util::{
    FutureExt as _,
    future::{join, join_all},
};
use profile_domain::Head;
use profile_ports::{CommitError, Unavailable, UnknownOutcome};

use crate::{
    error::{is_lease_over, is_passing},
    failure::is_unknown,
    link::Link,
    order::{Order, Ticket},
    parts::{Guard, Part, Parts},
    server::Server,
    statement::Outgoing,
    writer::Job,
};

/// How often a transaction is tried whose lease was over, or that another one stood in the way of.
const TRIES: u32 = 4;

/// What groups are written with.
pub(crate) struct Line<'a> {
    pub(crate) server: &'a Server,
    pub(crate) link: &'a Link,
    pub(crate) order: &'a Arc<Order>,
}

/// How the transaction of a group ended.
enum Ended {
    /// What was written of each commit. One that is a single statement may have found no row without harm to the others.
    Written(Vec<Result<Vec<Head>, CommitError>>),
    /// Nothing was written, because of this commit; the connection is as before.
    Refused { job: usize, why: CommitError },
    /// Nothing was written, and it may be tried again.
    Passing(String),
    /// Nothing was written.
    Nothing(String),
    /// The answer to the `COMMIT` did not arrive.
    Unknown(String),
}

/// How the statements of a transaction ended.
enum Sent {
    /// They are durable; how many rows each wrote.
    Done(Vec<usize>),
    /// One was refused, or found no row (`None`) that its commit cannot do without. They are undone.
    Undone { number: usize, error: Option<Error> },
    /// None was carried out; the connection is of no use any more.
    Lost(Error),
    /// They may have been carried out; the connection is of no use any more.
    Unknown(Error),
}

/// What a statement is to its group.
struct Placed {
    job: usize,
    guard: Guard,
    /// Whether it is its whole commit.
    is_alone: bool,
}

impl Line<'_> {
    /// Together if they can be; one by one if one of them is refused, because that would sink the others.
    pub(crate) async fn write(&self, mut group: Vec<Job>) {
        group.sort_by(|one, other| one.order.cmp(&other.order));
        if group.len() > 1 {
            match self.commit(&group).await {
                // It goes last: it may be refused because somebody locks its row, and so for long.
                Ended::Refused { job, .. } => {
                    let refused = group.remove(job);
                    group.push(refused);
                }
                ended => return answer(group, ended),
            }
        }
        for job in group {
            let ended = self.commit(slice::from_ref(&job)).await;
            answer(vec![job], ended);
        }
    }

    async fn commit(&self, group: &[Job]) -> Ended {
        let mut why = String::new();
        for _ in 0..TRIES {
            if !self.link.is_usable() {
                return Ended::Nothing("the connection was lost before this was sent".to_owned());
            }
            let ended = match self.order.ticket().await {
                Ok(ticket) => self.attempt(group, ticket).await,
                Err(error) => Ended::Nothing(error.source.to_string()),
            };
            match ended {
                Ended::Passing(error) => why = error,
                ended => return ended,
            }
        }
        Ended::Nothing(why)
    }

    /// Numbers and sends the group, and settles its place in the log.
    async fn attempt(&self, group: &[Job], ticket: Ticket) -> Ended {
        let mut heads = Vec::with_capacity(group.len());
        let (mut outgoing, mut placed) = (Vec::with_capacity(group.len()), Vec::with_capacity(group.len()));
        for (job, Job { commit, .. }) in group.iter().enumerate() {
            let parts = match Parts::of(commit, &ticket, self.link) {
                Ok(Parts { parts, heads: left }) => {
                    heads.push(Ok(left));
                    parts
                }
                Err(error) => {
                    ticket.settle();
                    return Ended::Refused { job, why: error.into() };
                }
            };
            let is_alone = parts.len() == 1;
            for Part { outgoing: statement, guard } in parts {
                outgoing.push(statement);
                placed.push(Placed { job, guard, is_alone });
            }
        }
        match self.send(outgoing, &placed).await {
            Sent::Done(rows) => {
                ticket.settle();
                for (Placed { job, guard, .. }, _) in placed.iter().zip(rows).filter(|(_, rows)| *rows == 0) {
                    if let (Some(outcome), Some(why)) = (heads.get_mut(*job), guard.missed()) {
                        *outcome = Err(why);
                    }
                }
                Ended::Written(heads)
            }
            Sent::Undone { number, error } => undone(placed, number, error, ticket),
            Sent::Lost(error) => {
                ticket.settle();
                self.link.discard();
                Ended::Nothing(error.to_string())
            }
            Sent::Unknown(error) => {
                ticket.abandon();
                self.link.discard();
                Ended::Unknown(error.to_string())
            }
        }
    }

    /// A single statement needs no transaction, unless only that has limits on time.
    async fn send(&self, mut outgoing: Vec<Outgoing>, placed: &[Placed]) -> Sent {
        if outgoing.len() > 1 || !self.link.limited {
            return self.together(outgoing, placed).await;
        }
        let Some(statement) = outgoing.pop() else { return Sent::Done(Vec::new()) };
        match self.link.within(self.link.perform(statement)).await {
            Ok(rows) => Sent::Done(vec![rows]),
            Err(error) if is_unknown(&error) => Sent::Unknown(error),
            Err(error) => Sent::Undone { number: 0, error: Some(error) },
        }
    }

    /// Sends all statements as one transaction, in their order and before it waits for the first answer.
    async fn together(&self, outgoing: Vec<Outgoing>, placed: &[Placed]) -> Sent {
        let link = self.link;
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
            let (begun, outcomes) = join(link.run(self.server.begin(link)), statements).await;
            begun.map(|()| outcomes)
        };
        let outcomes = match link.within(statements).await {
            Ok(outcomes) => outcomes,
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

/// Nothing was written: says whether that is a matter of the group's place in the log, or of one commit.
fn undone(mut placed: Vec<Placed>, number: usize, error: Option<Error>, ticket: Ticket) -> Ended {
    if error.as_ref().is_some_and(is_lease_over) {
        ticket.abandon();
        return Ended::Passing("the lease was over each time".to_owned());
    }
    ticket.settle();
    let Placed { job, guard, .. } = placed.swap_remove(number);
    let why = match error {
        Some(error) if is_passing(&error) => return Ended::Passing(error.to_string()),
        Some(error) => guard.refused(error),
        None => guard.missed().unwrap_or(CommitError::Stale),
    };
    Ended::Refused { job, why }
}

/// Tells each of `group` how its transaction ended.
fn answer(group: Vec<Job>, ended: Ended) {
    let same = |outcome: &dyn Fn() -> CommitError, group: Vec<Job>| {
        for job in group {
            job.answer.send(Err(outcome())).ok();
        }
    };
    match ended {
        Ended::Written(outcomes) => {
            for (job, outcome) in group.into_iter().zip(outcomes) {
                job.answer.send(outcome).ok();
            }
        }
        Ended::Refused { job, why } => {
            if let Some(refused) = group.into_iter().nth(job) {
                refused.answer.send(Err(why)).ok();
            }
        }
        Ended::Passing(why) | Ended::Nothing(why) => {
            same(&|| Unavailable::database(why.clone()).into(), group);
        }
        Ended::Unknown(why) => same(&|| UnknownOutcome::because(why.clone()).into(), group),
    }
}
