//! Where the keys of an issuer are read from.

use std::{
    io::{self, Read as _},
    path::PathBuf,
    time::Duration,
};

use super::{IssuerError, remote::Remote, timing::Timing};
use crate::key_set::KeySet;

/// Longest document that is read.
pub(super) const MAX_BYTES: usize = 1024 * 1024;

/// A file or a URL.
pub(super) enum Source {
    File(PathBuf),
    Remote(Box<Remote>),
}

/// What a round has read.
pub(super) struct Fetched {
    pub(super) set: KeySet,
    /// When it has to be read again, counted from the beginning of the round.
    pub(super) fresh_for: Duration,
}

impl Source {
    pub(super) fn new(location: &str, fetch_limit: Duration) -> Result<Self, IssuerError> {
        if location.contains("://") {
            return Ok(Self::Remote(Box::new(Remote::new(location, fetch_limit)?)));
        }
        Ok(Self::File(location.into()))
    }

    /// The keys as far as they are known without waiting.
    pub(super) fn read_at_start(&self) -> Result<KeySet, IssuerError> {
        match self {
            Self::File(path) => read_file(path.clone()),
            Self::Remote(_) => Ok(KeySet::default()),
        }
    }

    pub(super) async fn fetch(&self, timing: &Timing) -> Result<Fetched, IssuerError> {
        match self {
            Self::File(path) => {
                let path = path.clone();
                let read = tokio::task::spawn_blocking(|| read_file(path)).await;
                let set = read.unwrap_or_else(|error| {
                    Err(IssuerError::File { path: PathBuf::new(), source: io::Error::other(error) })
                })?;
                Ok(Fetched { set, fresh_for: timing.file })
            }
            Self::Remote(remote) => {
                let (set, age) = remote.fetch().await?;
                Ok(Fetched { set, fresh_for: age.saturating_sub(timing.early) })
            }
        }
    }
}

fn read_file(path: PathBuf) -> Result<KeySet, IssuerError> {
    let mut document = Vec::new();
    let limit = MAX_BYTES as u64 + 1;
    let read = std::fs::File::open(&path).and_then(|file| file.take(limit).read_to_end(&mut document));
    read.map_err(|source| IssuerError::File { path, source })?;
    if document.len() > MAX_BYTES {
        return Err(IssuerError::TooLong);
    }
    Ok(KeySet::parse(&document)?)
}
