//! The media port over an object store.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::{
    Error, GetOptions, GetRange, MultipartUpload, ObjectStore, ObjectStoreExt as _, path::Path,
};
use profile_ports::{ByteRange, Media, MediaStream, MediaWriter, Unavailable};

use crate::{Location, LocationError};

/// A name that no file ever has.
const PROBE: &str = ".probe";

/// Media in an object store.
pub struct ObjectMedia {
    store: Arc<dyn ObjectStore>,
    location: Location,
}

impl ObjectMedia {
    /// Opens the store at `location`; a folder is made if it is not there.
    pub fn open(location: Location) -> Result<Self, LocationError> {
        Ok(Self { store: location.open()?, location })
    }
}

struct Writer {
    /// Taken by `finish` and `abort`; what is still here when the writer is dropped is aborted.
    upload: Option<Box<dyn MultipartUpload>>,
    part: Vec<u8>,
    part_bytes: usize,
}

fn path(name: &str) -> Result<Path, Unavailable> {
    Path::parse(name).map_err(Unavailable::media)
}

#[async_trait]
impl Media for ObjectMedia {
    async fn create(&self, name: &str) -> Result<Box<dyn MediaWriter>, Unavailable> {
        let upload = self.store.put_multipart(&path(name)?).await.map_err(Unavailable::media)?;
        Ok(Box::new(Writer {
            upload: Some(upload),
            part: Vec::new(),
            part_bytes: self.location.part_bytes(),
        }))
    }

    async fn read(&self, name: &str, range: Option<ByteRange>) -> Result<Option<MediaStream>, Unavailable> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        match self.store.get_opts(&path(name)?, options).await {
            Ok(found) => Ok(Some(found.into_stream().map_err(Unavailable::media).boxed())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(Unavailable::media(error)),
        }
    }

    async fn delete(&self, name: &str) -> Result<(), Unavailable> {
        match self.store.delete(&path(name)?).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Unavailable::media(error)),
        }
    }

    async fn ready(&self) -> Result<(), Unavailable> {
        // A local store takes a folder that has gone for an empty one.
        if let Location::Folder(folder) = &self.location {
            return tokio::fs::read_dir(folder).await.map(drop).map_err(Unavailable::media);
        }
        match self.store.head(&path(PROBE)?).await {
            Ok(_) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Unavailable::media(error)),
        }
    }
}

impl Writer {
    async fn send_part(&mut self) -> Result<(), Unavailable> {
        let part = std::mem::take(&mut self.part);
        let Some(upload) = &mut self.upload else { return Ok(()) };
        upload.put_part(part.into()).await.map_err(Unavailable::media)
    }
}

#[async_trait]
impl MediaWriter for Writer {
    async fn write(&mut self, bytes: Bytes) -> Result<(), Unavailable> {
        self.part.extend_from_slice(&bytes);
        if self.part.len() >= self.part_bytes { self.send_part().await } else { Ok(()) }
    }

    async fn finish(mut self: Box<Self>) -> Result<(), Unavailable> {
        if !self.part.is_empty() {
            self.send_part().await?;
        }
        let Some(mut upload) = self.upload.take() else { return Ok(()) };
        upload.complete().await.map(drop).map_err(Unavailable::media)
    }

    async fn abort(mut self: Box<Self>) {
        if let Some(mut upload) = self.upload.take() {
            // What cannot be removed now is an unfinished upload that nobody can read; the store expires those.
            upload.abort().await.ok();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let (Some(mut upload), Ok(runtime)) = (self.upload.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move { upload.abort().await });
        }
    }
}
