//! What a caller of a contract may do with the fields of a record: which of them an answer shows, which of them a request
//! changes, and what denies the others (operator API page, section 7).

pub mod account;
mod actor;
pub mod client;
mod denial;
pub mod tenant;
#[cfg(test)]
mod tests;
pub mod users;

pub use actor::ContractActor;
pub use denial::{Contract, Denial};

use crate::{
    catalogue::{Entry, catalogue},
    change::RecordKind,
    field::{Field, Writer},
};

/// What one caller may do with one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    contract: Contract,
    shown: Vec<&'static str>,
    accepted: Vec<&'static str>,
    denial: Option<Denial>,
}

impl Access {
    /// Returns the access to a record of which the contract shows nothing and changes nothing.
    #[must_use]
    pub const fn none(contract: Contract) -> Self {
        Self { contract, shown: Vec::new(), accepted: Vec::new(), denial: None }
    }

    /// Checks whether some answer shows the field to the caller.
    ///
    /// # Errors
    /// What denies it: first what keeps the caller from the record, then that the contract does not show the field.
    pub fn check_read(&self, entry: &Entry) -> Result<(), Denial> {
        if is_in(&self.shown, entry) { Ok(()) } else { Err(self.denial.unwrap_or(self.not_offered())) }
    }

    /// Checks whether a request of the caller that changes the field is accepted.
    ///
    /// # Errors
    /// What denies it: first what keeps the caller from the record, then that the contract does not change the field.
    pub fn check_write(&self, entry: &Entry) -> Result<(), Denial> {
        match self.denial {
            Some(denial) => Err(denial),
            None if is_in(&self.accepted, entry) => Ok(()),
            None => Err(self.not_offered()),
        }
    }

    const fn not_offered(&self) -> Denial {
        Denial::NotOffered(self.contract)
    }

    /// Returns the access of a caller who does not exist.
    #[must_use]
    pub fn of_nobody(self) -> Self {
        Self { denial: self.denial, ..Self::none(self.contract) }
    }

    fn showing(self, kind: RecordKind, is_shown: impl Fn(&Entry) -> bool) -> Self {
        Self { shown: names(kind, is_shown), ..self }
    }

    fn accepting(self, kind: RecordKind, is_accepted: impl Fn(&Entry) -> bool) -> Self {
        Self { accepted: names(kind, is_accepted), ..self }
    }

    fn denied_by(self, rule: Option<impl Into<Denial>>) -> Self {
        Self { denial: rule.map(Into::into), ..self }
    }
}

/// Returns the names of the fields of a kind for which this holds.
fn names(kind: RecordKind, holds: impl Fn(&Entry) -> bool) -> Vec<&'static str> {
    let entries = catalogue(kind).iter().filter(|entry| !entry.is_input && holds(entry));
    entries.map(|entry| entry.name.as_str()).collect()
}

fn is_in(names: &[&str], entry: &Entry) -> bool {
    names.contains(&entry.name.as_str())
}

/// Whether an entry is one of these fields, whatever part of the record it is in.
fn is_among(entry: &Entry, fields: &[Field]) -> bool {
    fields.iter().any(|field| field.name == entry.field.name)
}

/// Whether the person whom the record is about writes the field through a contract.
fn is_held(entry: &Entry) -> bool {
    entry.field.writer == Writer::Holder
}
