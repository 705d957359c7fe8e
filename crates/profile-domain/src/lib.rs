//! The rules of the profile service as plain values and functions: entities, field rules, access policy, change records.
//!
//! Nothing here does input or output, is async or asks for the time; the one wire format is the canonical text of the log.
//!
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

pub mod account;
pub mod catalogue;
pub mod chain;
pub mod change;
mod claim;
pub mod client;
mod draft;
mod edit;
pub mod email;
pub mod field;
pub mod history;
mod keyed;
pub mod letters;
pub mod media;
pub mod network;
pub mod operator;
pub mod outbound;
pub mod patch;
pub mod person;
pub mod position;
mod record;
pub mod rule;
mod saved;
pub mod sealed;
pub mod search;
mod shown_files;
pub mod tenant;
pub mod text;
pub mod users;
pub mod violation;

pub use claim::Claim;
pub use draft::Draft;
pub use edit::{Beginning, Editable, Input};
pub use keyed::{AnyRecord, Keyed, MembershipKey, OverrideKey, Reference};
pub use patch::Patch;
pub use person::PersonId;
pub use record::Record;
pub use saved::{Head, Saved};
pub use search::Search;
pub use text::Text;
pub use violation::{BrokenRule, Violation};
