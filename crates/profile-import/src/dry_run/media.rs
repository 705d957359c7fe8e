//! The media of a dry run: bytes are read, and what would be written is forgotten.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use profile_ports::{ByteRange, Media, MediaStream, MediaWriter, StoredFiles, Unavailable};

/// The real media to read from.
pub(super) struct DryMedia(pub(super) Arc<dyn Media>);

/// Takes bytes and forgets them.
struct Nowhere;

#[async_trait]
impl Media for DryMedia {
    async fn create(&self, _name: &str) -> Result<Box<dyn MediaWriter>, Unavailable> {
        Ok(Box::new(Nowhere))
    }

    async fn read(&self, name: &str, range: Option<ByteRange>) -> Result<Option<MediaStream>, Unavailable> {
        self.0.read(name, range).await
    }

    async fn size(&self, name: &str) -> Result<Option<u64>, Unavailable> {
        self.0.size(name).await
    }

    fn list(&self) -> StoredFiles {
        self.0.list()
    }

    async fn delete(&self, _name: &str) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn ready(&self) -> Result<(), Unavailable> {
        self.0.ready().await
    }

    async fn remove_leftovers(&self, _all: bool) -> Result<usize, Unavailable> {
        Ok(0)
    }

    fn buffer_bytes(&self) -> u64 {
        0
    }
}

#[async_trait]
impl MediaWriter for Nowhere {
    async fn write(&mut self, _bytes: Bytes) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn abort(self: Box<Self>) {}
}
