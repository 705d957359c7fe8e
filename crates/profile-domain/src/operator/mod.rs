//! The operator API's own rules: its keys, what each role may do, and what a privileged look leaves behind.

mod access;
pub mod capabilities;
mod key;
pub mod policy;
mod role;
pub mod search;

pub use access::{Access, Action};
pub use key::{MalformedKeyId, OperatorKey, OperatorKeyId, Revocation};
pub use role::{Role, Rule};
