//! Values that only one living record of a kind may have.

/// A value that its record claims for itself. Stores refuse a commit whose claim another record of the kind has.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Claim {
    /// The field, as errors and the log name it.
    pub field: &'static str,
    /// The value, in the form in which values are compared.
    pub value: String,
}

impl Claim {
    /// Returns the claim of `value` for `field`.
    pub fn new(field: &'static str, value: impl Into<String>) -> Self {
        Self { field, value: value.into() }
    }
}
