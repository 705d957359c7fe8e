//! The media of a dry run: bytes are read, and what would be written is forgotten.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use profile_ports::{ByteRange, Media, MediaStream, MediaWriter, Unavailable};

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

    async fn delete(&self, _name: &str) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn ready(&self) -> Result<(), Unavailable> {
        self.0.ready().await
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
