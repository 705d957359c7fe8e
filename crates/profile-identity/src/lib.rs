//! Verifies and issues the tokens of the contracts, hashes with a key, and seals what must not be read.

mod account;
mod aes_key;
mod client;
mod jwks;
mod key_file;
mod keys;
mod master_keys;
mod passwords;
mod purpose_keys;
mod secret;
mod signing_keys;
mod tenant;
mod users;
mod vault;
mod verifier;

pub use account::{AccountTokens, IssueError};
pub use client::{CLIENT_AUDIENCE, CLIENT_LEEWAY, ClientTokens};
pub use key_file::KeyFolderLock;
pub use keys::{Keys, KeysError};
pub use passwords::ArgonPasswords;
pub use purpose_keys::{DeriveError, PurposeKeys};
pub use secret::{Secret, SecretError};
pub use signing_keys::{SigningKeyError, SigningKeys};
pub use tenant::TenantTokens;
pub use users::{USERS_AUDIENCE, USERS_LEEWAY, UsersTokens};
pub use vault::{KeyVault, VaultError};
pub use verifier::{Expectation, Verifier};
