//! Verifies and issues the tokens of the contracts, hashes with a key, and seals what must not be read.

mod account;
mod client;
mod header;
mod issuer;
mod kept;
mod key_pair;
mod key_set;
mod keys;
mod members;
mod numeric_date;
mod passwords;
mod secret;
mod tenant;
mod users;
mod vault;
mod verifier;

pub use account::{AccountTokens, IssueError};
pub use client::{CLIENT_AUDIENCE, ClientTokens};
pub use issuer::{Issuer, IssuerError};
pub use key_pair::{KeyPair, KeyPairError};
pub use key_set::KeySetError;
pub use keys::Keys;
pub use passwords::ArgonPasswords;
pub use secret::{Secret, SecretError};
pub use tenant::TenantTokens;
pub use users::{HmacHash, USERS_AUDIENCE, UsersTokens};
pub use vault::{KeyVault, VaultError};
pub use verifier::{Expectation, Verifier};
