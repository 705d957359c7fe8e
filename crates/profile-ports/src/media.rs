//! The bytes of media files.

use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;

use crate::Unavailable;

/// Bytes as they arrive; an error ends the stream.
pub type MediaStream = BoxStream<'static, Result<Bytes, Unavailable>>;

/// Which bytes of a file: from the first, up to but not including the last.
pub type ByteRange = Range<u64>;

/// Keeps files under flat names. A file is whole and durable or it is not there; none ever changes.
#[async_trait]
pub trait Media: Send + Sync {
    /// Starts to write `name`; nothing is visible before [`MediaWriter::finish`].
    async fn create(&self, name: &str) -> Result<Box<dyn MediaWriter>, Unavailable>;

    /// The bytes of `name`, or those of `range`, which lies within the file; `None` if there is no such file.
    async fn read(&self, name: &str, range: Option<ByteRange>) -> Result<Option<MediaStream>, Unavailable>;

    /// Removes `name`; it may be gone already.
    async fn delete(&self, name: &str) -> Result<(), Unavailable>;

    /// Whether the store answers.
    async fn ready(&self) -> Result<(), Unavailable>;
}

/// A file on its way in. Dropped before [`finish`](Self::finish), it leaves nothing that can be read.
#[async_trait]
pub trait MediaWriter: Send {
    /// Appends bytes.
    async fn write(&mut self, bytes: Bytes) -> Result<(), Unavailable>;

    /// Makes the file durable and visible.
    async fn finish(self: Box<Self>) -> Result<(), Unavailable>;

    /// Forgets what was written.
    async fn abort(self: Box<Self>);
}
