//! Verifies and issues the tokens of the contracts.

mod account;
mod jwks;
mod kept;
mod key_pair;
mod keys;
mod secret;
mod users;
mod verifier;

pub use account::{AccountTokens, IssueError};
pub use key_pair::{KeyPair, KeyPairError};
pub use keys::{Keys, KeysError};
pub use secret::{Secret, SecretError};
pub use users::{HmacHash, USERS_AUDIENCE, USERS_LEEWAY, UsersTokens};
pub use verifier::{Expectation, Verifier};
