//! Everything that is wrong with the settings, reported at once.

use std::fmt;

/// All problems, a line each, with the place that the value comes from.
#[derive(Debug, Default)]
pub struct SettingsError {
    problems: Vec<String>,
    /// Whether the command line is among the places.
    usage: bool,
}

impl SettingsError {
    pub(super) fn add(&mut self, place: &super::layers::Place, problem: impl fmt::Display) {
        self.usage |= place.is_flag();
        self.problems.push(format!("{place}: {problem}"));
    }

    pub(super) fn into_result(self) -> Result<(), Self> {
        if self.problems.is_empty() { Ok(()) } else { Err(self) }
    }

    /// Whether the command line was used wrongly.
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        self.usage
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.problems.join("\nprofile: "))
    }
}

impl std::error::Error for SettingsError {}
