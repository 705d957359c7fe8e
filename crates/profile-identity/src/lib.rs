//! Verifies and issues the tokens of the contracts, hashes with a key, and seals what must not be read.

mod account;
mod client;
mod jwks;
mod kept;
mod key_pair;
mod keys;
mod passwords;
mod secret;
mod tenant;
mod users;
mod vault;
mod verifier;

pub use account::{AccountTokens, IssueError};
pub use client::{CLIENT_AUDIENCE, CLIENT_LEEWAY, ClientTokens};
pub use key_pair::{KeyPair, KeyPairError};
pub use keys::{Keys, KeysError};
pub use passwords::ArgonPasswords;
pub use secret::{Secret, SecretError};
pub use tenant::TenantTokens;
pub use users::{HmacHash, USERS_AUDIENCE, USERS_LEEWAY, UsersTokens};
pub use vault::{KeyVault, VaultError};
pub use verifier::{Expectation, Verifier};
