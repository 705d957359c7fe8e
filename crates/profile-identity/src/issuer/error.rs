//! Why the keys of an outside issuer cannot be read.

use std::{io, path::PathBuf};

use crate::key_set::KeySetError;

/// Why the keys of an outside issuer cannot be read. Never shows the URL, which may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    /// The file cannot be read.
    #[error("cannot read the JWKS file {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A URL over which keys could be changed on their way.
    #[error("a JWKS URL must be https, or http on this machine")]
    Insecure,
    /// There is no answer, or it is broken off, or it leads to more redirects than are followed.
    #[error("cannot fetch the JWKS")]
    Fetch(#[source] reqwest::Error),
    /// The answer is an error.
    #[error("cannot fetch the JWKS: the issuer answered {0}")]
    Status(u16),
    /// The document is longer than it may be.
    #[error("the JWKS is longer than 1 MiB")]
    TooLong,
    /// The document holds no keys.
    #[error("cannot use the JWKS")]
    Document(#[from] KeySetError),
}

impl From<reqwest::Error> for IssuerError {
    fn from(error: reqwest::Error) -> Self {
        Self::Fetch(error.without_url())
    }
}
