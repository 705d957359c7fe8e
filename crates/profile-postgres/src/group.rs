//! The transaction of a group of commits.

use diesel::result::Error;
use futures_util::future::{join, join_all};
use profile_ports::{Unavailable, UnknownOutcome};

use crate::{error::committed, failure::is_unknown, link::Link, server::Server, writer::Job};

/// Together if they can be; one by one if one of them fails, because that would sink the others.
pub(crate) async fn write(server: &Server, link: &Link, mut group: Vec<Job>) {
    group.sort_by(|one, other| one.order.cmp(&other.order));
    if group.len() > 1 {
        match together(server, link, &group).await {
            // It goes last: it may fail because somebody locks its row, and so for long.
            Err(Failed { number, .. }) => {
                let failed = group.remove(number);
                group.push(failed);
            }
            Ok(outcome) => return answer(link, group, outcome),
        }
    }
    for job in group {
        alone(server, link, job).await;
    }
}

/// A commit on its own: one statement, or a transaction where only that has limits on time.
async fn alone(server: &Server, link: &Link, job: Job) {
    if !link.is_usable() {
        let lost = Unavailable::database("the connection was lost before this was sent");
        job.answer.send(Err(lost.into())).ok();
    } else if link.limited {
        let outcome = link.within(job.statement.send(link)).await;
        job.answer.send(committed(outcome)).ok();
    } else {
        match together(server, link, std::slice::from_ref(&job)).await {
            Err(Failed { error, .. }) => drop(job.answer.send(committed(Err(error)))),
            Ok(outcome) => answer(link, vec![job], outcome),
        }
    }
}

/// How a transaction ended of which no statement was refused.
enum Together {
    /// How many rows each statement wrote.
    Written(Vec<usize>),
    /// Nothing was written.
    Lost(Error),
    /// The answer to the `COMMIT` did not arrive.
    Unknown(Error),
}

/// The statement that failed; nothing was written, and the connection is as before.
struct Failed {
    number: usize,
    error: Error,
}

/// Sends all statements as one transaction, before it waits for the first answer.
async fn together(server: &Server, link: &Link, group: &[Job]) -> Result<Together, Failed> {
    let statements = async {
        let statements = join_all(group.iter().map(|job| job.statement.send(link)));
        let (begun, outcomes) = join(link.run(server.begin(link)), statements).await;
        begun.map(|()| outcomes)
    };
    let outcomes = match link.within(statements).await {
        Ok(outcomes) => outcomes,
        Err(error) => return Ok(Together::Lost(error)),
    };
    let mut written = Vec::with_capacity(outcomes.len());
    for (number, outcome) in outcomes.into_iter().enumerate() {
        match outcome {
            Ok(rows) => written.push(rows),
            Err(error) => {
                return match link.within(link.run("ROLLBACK")).await {
                    Ok(()) => Err(Failed { number, error }),
                    Err(_) => Ok(Together::Lost(error)),
                };
            }
        }
    }
    Ok(match link.within(link.run("COMMIT")).await {
        Ok(()) => Together::Written(written),
        Err(error) if is_unknown(&error) => Together::Unknown(error),
        Err(error) => Together::Lost(error),
    })
}

/// Tells each of `group` how its transaction ended.
fn answer(link: &Link, group: Vec<Job>, outcome: Together) {
    let tell = |job: Job, outcome| drop(job.answer.send(outcome));
    match outcome {
        Together::Written(outcomes) => {
            for (job, written) in group.into_iter().zip(outcomes) {
                tell(job, committed(Ok(written)));
            }
        }
        Together::Lost(error) => {
            link.discard();
            let why = error.to_string();
            for job in group {
                tell(job, Err(Unavailable::database(why.clone()).into()));
            }
        }
        Together::Unknown(error) => {
            link.discard();
            let why = error.to_string();
            for job in group {
                tell(job, Err(UnknownOutcome::because(why.clone()).into()));
            }
        }
    }
}
