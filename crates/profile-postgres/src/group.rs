//! The commits of a group: together if they can be, and what each of them is told.

use std::{slice, sync::Arc, time::Instant};

use diesel::result::Error;
use profile_domain::Head;
use profile_ports::{CommitError, Unavailable, UnknownOutcome};

use crate::{
    error::{is_lease_over, is_passing},
    link::Link,
    order::{Order, Ticket},
    parts::{Part, Parts},
    server::Server,
    transaction::{Placed, Sent, send},
    writer::Job,
};

/// How often a transaction is tried whose lease was over, or that another one stood in the way of.
pub(crate) const TRIES: u32 = 4;

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
                Ended::Passing(_) => {}
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
            let ended = match self.order.ticket(Instant::now()).await {
                Ok(ticket) => self.attempt(group, ticket).await,
                Err(error) => Ended::Nothing(error.source.to_string()),
            };
            match ended {
                Ended::Passing(error) => why = error,
                ended => return ended,
            }
        }
        Ended::Passing(why)
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
        match send(self.server, self.link, outgoing, &placed).await {
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
