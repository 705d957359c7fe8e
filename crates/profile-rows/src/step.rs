//! What a commit does about a person beside writing records, as statements.

use profile_ports::PersonStep;

use crate::{access, engine::Queries, erasure, hold, statement::Statement};

/// Takes statements of any type in their order, as the database runs them.
pub trait StepSink {
    /// Why one cannot be taken.
    type Error;

    /// Takes a statement. If it `guards`, it must find a row, or the commit is stale.
    fn push<S: Statement>(&mut self, statement: S, guards: bool) -> Result<(), Self::Error>;
}

/// Hands over the statements of a step.
///
/// # Errors
/// That of the sink.
pub fn push_step<E: Queries, S: StepSink>(step: &PersonStep, sink: &mut S) -> Result<(), S::Error> {
    match step {
        PersonStep::Decide { person, base } => sink.push(hold::decide::<E>(*person, *base), true),
        PersonStep::Hold(person, placed) => sink.push(hold::place(*person, placed.as_deref()), true),
        PersonStep::Access(access) => sink.push(access::insert_access(access), false),
        PersonStep::Redact(changes) => {
            changes.iter().try_for_each(|change| sink.push(erasure::redacted(change), true))
        }
        PersonStep::Forget(forget) => erasure::push_forget(forget, sink),
        PersonStep::Erase(erasure) => erasure::push_erasure(erasure, sink),
    }
}
