//! Everything that is wrong at a start, reported at once.

/// What is wrong so far.
#[derive(Default)]
pub(crate) struct Problems(Vec<String>);

impl Problems {
    /// Returns the value, or notes why there is none.
    pub(crate) fn note<T>(&mut self, outcome: anyhow::Result<T>) -> Option<T> {
        outcome.map_err(|error| self.0.push(format!("{error:#}"))).ok()
    }

    /// Fails with all problems, a line each, if there are any.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        anyhow::ensure!(self.0.is_empty(), "{}", self.0.join("\nprofile: "));
        Ok(())
    }
}
