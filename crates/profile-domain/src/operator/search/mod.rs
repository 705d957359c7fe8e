//! How people are found (operator API page, section 8): what of a record is searched, and what a text asks for.

mod entry;
mod forms;
mod query;
#[cfg(test)]
mod tests;

pub use entry::{Altered, Form, Name, SearchEntry, Term};
pub use query::{PersonQuery, PhoneQuery};
