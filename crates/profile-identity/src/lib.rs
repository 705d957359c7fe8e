//! Verifies and issues the tokens of the contracts, hashes with a key, and seals what must not be read.
//!
#![doc = include_str!("../README.md")]

mod account;
mod aes_key;
mod client;
mod header;
mod issuer;
mod key_file;
mod key_set;
mod keys;
mod master_keys;
mod members;
mod numeric_date;
mod passwords;
mod public_key;
mod purpose_keys;
mod sealed_stream;
mod secret;
mod signing_keys;
mod statement;
mod statement_key;
mod tenant;
mod users;
mod vault;
mod verifier;

pub use account::{AccountTokens, IssueError};
pub use client::{CLIENT_AUDIENCE, ClientTokens};
pub use issuer::{Issuer, IssuerError};
pub use key_file::{KeyFolderLock, create as restore_key_file};
pub use key_set::KeySetError;
pub use keys::Keys;
pub use passwords::ArgonPasswords;
pub use purpose_keys::{DeriveError, PurposeKeys};
pub use sealed_stream::{SealedReader, SealedWriter};
pub use secret::{Secret, SecretError};
pub use signing_keys::{SigningKeyError, SigningKeys};
pub use statement::{StatementError, StatementKeys, payload};
pub use statement_key::{StatementKey, StatementSigner};
pub use tenant::TenantTokens;
pub use users::{USERS_AUDIENCE, UsersTokens};
pub use vault::{KeyVault, VaultError};
pub use verifier::{Expectation, Verifier};
