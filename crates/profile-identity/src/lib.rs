//! Verifies and issues the tokens of the contracts.

mod account;
mod jwks;
mod keys;
mod secret;
mod verifier;

pub use account::{AccountTokens, IssueError};
pub use keys::{Keys, KeysError};
pub use secret::{Secret, SecretError};
pub use verifier::{Expectation, Verifier};
