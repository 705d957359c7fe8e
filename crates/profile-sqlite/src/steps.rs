//! What a commit does about a person, as work of the writer.

use diesel::{Connection as _, SqliteConnection};
use profile_ports::{CommitError, PersonStep};
use profile_rows::{Statement, StepSink, push_step};

use crate::{SqliteStore, error::failed};

/// One statement of a step.
pub(crate) type StepWrite = Box<dyn FnOnce(&mut SqliteConnection) -> Result<(), CommitError> + Send>;

/// Gathers the statements.
struct Gathered(Vec<StepWrite>);

impl StepSink for Gathered {
    type Error = std::convert::Infallible;

    fn push<S: Statement>(&mut self, statement: S, guards: bool) -> Result<(), Self::Error> {
        self.0.push(Box::new(move |connection| {
            let touched = connection.execute_returning_count(&statement).map_err(failed)?;
            if guards && touched == 0 { Err(CommitError::Stale) } else { Ok(()) }
        }));
        Ok(())
    }
}

/// Returns the statements of all steps, in their order.
pub(crate) fn prepared(steps: &[PersonStep]) -> Vec<StepWrite> {
    let mut gathered = Gathered(Vec::new());
    for step in steps {
        let Ok(()) = push_step::<SqliteStore, _>(step, &mut gathered);
    }
    gathered.0
}
