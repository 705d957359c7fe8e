//! The media port over an object store.

use std::{path::Path as FilePath, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use object_store::{Error, GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, PutPayload, path::Path};
use profile_ports::{ByteRange, Media, MediaStream, MediaWriter, StoredFile, StoredFiles, Unavailable};
use tokio::time::timeout;

use crate::{Location, LocationError, breaker::Breaker, folder, writer::Writer};

/// In a bucket, a file that shows whether files can be read; written only where that cannot be told without.
const PROBE: &str = ".probe";
/// How long an answer may take to begin, and each piece of it to come.
const READ: Duration = Duration::from_secs(5);

/// Media in an object store.
pub struct ObjectMedia {
    store: Arc<dyn ObjectStore>,
    location: Location,
    breaker: Arc<Breaker>,
}

impl ObjectMedia {
    /// Opens the store at `location`; a folder is made if it is not there. A bucket is described by the environment.
    pub fn open(location: Location) -> Result<Self, LocationError> {
        Self::open_with(
            location,
            std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
        )
    }

    /// The same with another environment.
    pub fn open_with(
        location: Location,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, LocationError> {
        let breaker = Arc::new(Breaker::new(matches!(location, Location::Bucket { .. })));
        Ok(Self { store: location.open(environment)?, location, breaker })
    }

    /// The answer of the store; none if there is no such file.
    async fn ask<T>(
        &self,
        request: impl Future<Output = Result<T, Error>>,
    ) -> Result<Option<T>, Unavailable> {
        match self.breaker.ask(READ, request).await? {
            Ok(found) => Ok(Some(found)),
            Err(Error::NotFound { .. }) => Ok(None),
            // Who may read a bucket but not list it is answered so for what is not there; who may not read it, for all.
            Err(Error::PermissionDenied { .. }) if self.may_read().await? => Ok(None),
            Err(error) => Err(Unavailable::media(error)),
        }
    }

    /// Whether a file that is there can be read.
    async fn may_read(&self) -> Result<bool, Unavailable> {
        let probe = path(PROBE)?;
        let read = async || self.breaker.ask(READ, self.store.head(&probe)).await;
        match read().await? {
            Ok(_) => Ok(true),
            Err(Error::PermissionDenied { .. }) => {
                let written =
                    self.breaker.ask(READ, self.store.put(&probe, PutPayload::from_static(b"1"))).await?;
                Ok(written.is_ok() && read().await?.is_ok())
            }
            Err(_) => Ok(false),
        }
    }

    /// Work on the folder, off the threads that answer; none where media are in a bucket.
    async fn in_folder<T: Send + 'static>(
        &self,
        work: impl FnOnce(&FilePath) -> T + Send + 'static,
    ) -> Result<Option<T>, Unavailable> {
        let Location::Folder(folder) = &self.location else { return Ok(None) };
        let folder = folder.clone();
        let done = tokio::task::spawn_blocking(move || work(&folder)).await;
        done.map(Some).map_err(Unavailable::media)
    }
}

pub(crate) fn path(name: &str) -> Result<Path, Unavailable> {
    Path::parse(name).map_err(Unavailable::media)
}

#[async_trait]
impl Media for ObjectMedia {
    async fn create(&self, name: &str) -> Result<Box<dyn MediaWriter>, Unavailable> {
        let part_bytes = self.location.part_bytes();
        let writer = Writer::new(Arc::clone(&self.store), path(name)?, part_bytes, Arc::clone(&self.breaker));
        Ok(Box::new(writer))
    }

    async fn read(&self, name: &str, range: Option<ByteRange>) -> Result<Option<MediaStream>, Unavailable> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let name = path(name)?;
        let found = self.ask(self.store.get_opts(&name, options)).await?;
        Ok(found.map(|found| {
            let pieces = stream::unfold(Some(found.into_stream()), |pieces| async move {
                let mut pieces = pieces?;
                match timeout(READ, pieces.next()).await {
                    Ok(None) => None,
                    Ok(Some(Ok(piece))) => Some((Ok(piece), Some(pieces))),
                    Ok(Some(Err(error))) => Some((Err(Unavailable::media(error)), None)),
                    Err(late) => Some((Err(Unavailable::media(late)), None)),
                }
            });
            pieces.boxed()
        }))
    }

    async fn size(&self, name: &str) -> Result<Option<u64>, Unavailable> {
        let name = path(name)?;
        Ok(self.ask(self.store.head(&name)).await?.map(|found| found.size))
    }

    fn list(&self) -> StoredFiles {
        let stored = self.store.list(None).filter_map(async |found| match found {
            Ok(found) if found.location.as_ref() == PROBE => None,
            Ok(found) => {
                Some(Ok(StoredFile { name: found.location.to_string(), written_at: found.last_modified }))
            }
            Err(error) => Some(Err(Unavailable::media(error))),
        });
        stored.boxed()
    }

    async fn delete(&self, name: &str) -> Result<(), Unavailable> {
        let name = path(name)?;
        match self.breaker.ask(READ, self.store.delete(&name)).await? {
            // Here a refusal is one.
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Unavailable::media(error)),
        }
    }

    async fn ready(&self) -> Result<(), Unavailable> {
        // A local store takes a folder that has gone for an empty one.
        match self.in_folder(folder::probe).await? {
            Some(written) => written.map(drop).map_err(Unavailable::media),
            None => self.read(PROBE, Some(0..1)).await.map(drop),
        }
    }

    async fn has_room(&self) -> bool {
        !matches!(self.in_folder(folder::has_room).await, Ok(Some(false)))
    }

    async fn remove_leftovers(&self, all: bool) -> Result<usize, Unavailable> {
        match self.in_folder(move |path| folder::remove_leftovers(path, all)).await? {
            Some(removed) => removed.map_err(Unavailable::media),
            // An unfinished upload to a bucket is nothing that can be read; the bucket's own rules expire it.
            None => Ok(0),
        }
    }

    fn buffer_bytes(&self) -> u64 {
        self.location.part_bytes() as u64
    }
}
