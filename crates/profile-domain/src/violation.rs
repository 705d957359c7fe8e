//! What a caller is told about a field that breaks its rule.

use std::fmt;

use crate::field::Field;

/// One broken rule. Neither part ever repeats the caller's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The field's name on the wire.
    pub field: String,
    /// What is wrong, to be read behind the name: `is longer than 128 characters`.
    pub problem: String,
}

impl Violation {
    /// A violation of `field`.
    pub fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }

    /// Every broken rule of a garde report, in the order of `catalogue`; garde itself sorts by name.
    #[must_use]
    pub fn all_of(report: &garde::Report, catalogue: &[Field]) -> Vec<Self> {
        let mut all: Vec<Self> =
            report.iter().map(|(path, error)| Self::new(path.to_string(), error.message())).collect();
        all.sort_by_key(|broken| catalogue.iter().position(|field| field.name == broken.field));
        all
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.field, self.problem)
    }
}
