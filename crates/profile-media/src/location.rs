//! Where the bytes are, by URL.

use std::{fs::DirBuilder, io, os::unix::fs::DirBuilderExt as _, path::PathBuf, sync::Arc};

use object_store::{ObjectStore, local::LocalFileSystem, prefix::PrefixStore};

use crate::bucket;

/// Why a media URL cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LocationError {
    /// Neither of the known kinds.
    #[error("the media URL must be file://DIR or s3://BUCKET/PREFIX")]
    Unknown,
    /// The folder cannot be made.
    #[error("cannot make the folder {path}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The store refuses its settings.
    #[error("cannot open the media store")]
    Store(#[from] object_store::Error),
}

/// A parsed media URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// `file://DIR`, absolute or relative to the working folder.
    Folder(PathBuf),
    /// `s3://BUCKET/PREFIX`; region, endpoint and keys come from the usual `AWS_…` names.
    Bucket {
        /// The bucket.
        bucket: String,
        /// The folder within it, maybe empty.
        prefix: String,
    },
}

impl Location {
    /// Reads a media URL.
    pub fn parse(url: &str) -> Result<Self, LocationError> {
        if let Some(path) = url.strip_prefix("file://").filter(|path| !path.is_empty()) {
            return Ok(Self::Folder(path.into()));
        }
        let rest = url.strip_prefix("s3://").ok_or(LocationError::Unknown)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(LocationError::Unknown);
        }
        Ok(Self::Bucket { bucket: bucket.to_owned(), prefix: prefix.trim_matches('/').to_owned() })
    }

    /// Bytes that are gathered before they are sent on: S3 wants large parts, a disk takes any.
    pub(crate) const fn part_bytes(&self) -> usize {
        match self {
            Self::Folder(_) => 256 * 1024,
            Self::Bucket { .. } => 5 * 1024 * 1024,
        }
    }

    pub(crate) fn open(
        &self,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Arc<dyn ObjectStore>, LocationError> {
        match self {
            Self::Folder(path) => {
                DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(path)
                    .map_err(|source| LocationError::Folder { path: path.clone(), source })?;
                Ok(Arc::new(LocalFileSystem::new_with_prefix(path)?.with_fsync(true)))
            }
            Self::Bucket { bucket, prefix } => {
                let store = bucket::open(bucket, environment)?;
                Ok(Arc::new(PrefixStore::new(store, prefix.as_str())))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        assert_eq!(Location::parse("file://media").unwrap(), Location::Folder("media".into()));
        assert_eq!(Location::parse("file:///srv/media").unwrap(), Location::Folder("/srv/media".into()));
        let bucket = |prefix: &str| Location::Bucket { bucket: "b".into(), prefix: prefix.into() };
        assert_eq!(Location::parse("s3://b").unwrap(), bucket(""));
        assert_eq!(Location::parse("s3://b/a/c/").unwrap(), bucket("a/c"));
        for url in ["", "file://", "s3://", "s3:///x", "gs://b", "/srv/media"] {
            assert!(matches!(Location::parse(url), Err(LocationError::Unknown)), "{url}");
        }
    }
}
