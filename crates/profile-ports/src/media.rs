//! The bytes of media files.

use std::ops::Range;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::stream::BoxStream;

use crate::Unavailable;

/// Bytes as they arrive; an error ends the stream.
pub type MediaStream = BoxStream<'static, Result<Bytes, Unavailable>>;

/// Which bytes of a file: from the first, up to but not including the last.
pub type ByteRange = Range<u64>;

/// A file that a store has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Its name.
    pub name: String,
    /// When it was finished, by the clock of the store.
    pub written_at: DateTime<Utc>,
}

/// Files as they are found; an error may be followed by others.
pub type StoredFiles = BoxStream<'static, Result<StoredFile, Unavailable>>;

/// Keeps files under flat names. A file is whole and durable or it is not there; none ever changes.
#[async_trait]
pub trait Media: Send + Sync {
    /// Starts to write `name`; nothing is visible before [`MediaWriter::finish`].
    async fn create(&self, name: &str) -> Result<Box<dyn MediaWriter>, Unavailable>;

    /// The bytes of `name`, or those of `range`, which lies within the file; `None` if there is no such file.
    async fn read(&self, name: &str, range: Option<ByteRange>) -> Result<Option<MediaStream>, Unavailable>;

    /// How many bytes `name` has; `None` if there is no such file.
    async fn size(&self, name: &str) -> Result<Option<u64>, Unavailable>;

    /// Every finished file, in any order, also such as this service did not make.
    fn list(&self) -> StoredFiles;

    /// Removes `name`; it may be gone already.
    async fn delete(&self, name: &str) -> Result<(), Unavailable>;

    /// Whether the store answers, and can be written where that is asked at no cost.
    async fn ready(&self) -> Result<(), Unavailable>;

    /// Whether there is room for uploads: below a reserve that is kept for everything else, there is none. Where nothing is
    /// known of it, there is.
    async fn has_room(&self) -> bool {
        true
    }

    /// Removes unfinished files of writers that ended with their process: all, if no other process writes here, else those
    /// to which nothing has been written for minutes. Answers how many.
    async fn remove_leftovers(&self, all: bool) -> Result<usize, Unavailable>;

    /// Most bytes that one writer holds in memory.
    fn buffer_bytes(&self) -> u64;
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
