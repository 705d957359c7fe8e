//! The projection by which people are searched: a row for each record, with its names, and one for each identifier.
//!
//! Every statement has one parameter, a JSON object, which both databases take apart alike.

mod dialect;
mod find;
mod write;

pub use dialect::SearchDialect;
pub(crate) use find::{find_identified, find_named, search_matches};
pub(crate) use write::{clear, find_unmoved, progress, set_follower, store_entries};
