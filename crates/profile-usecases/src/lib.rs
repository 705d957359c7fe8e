//! What the service does, one story per file: find, decide, apply, commit.
#![deny(missing_docs)]

pub mod account;
pub mod client;
mod commit;
mod core;
pub mod import;
mod media;
mod refusal;
pub mod sweep;
pub mod tenant;
mod tries;
mod turns;
pub mod users;
mod verify;

pub use core::{Core, Origin};
pub use refusal::Refusal;
pub use turns::Turns;
pub use verify::{Finding, Problem, Verified, verify};
