//! Media bytes in a map.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Utc};
use futures_util::{StreamExt as _, stream};
use profile_ports::{ByteRange, Media, MediaStream, MediaWriter, StoredFile, StoredFiles, Unavailable};

type Files = Arc<Mutex<BTreeMap<String, Bytes>>>;

/// A media store without a disk.
#[derive(Default)]
pub struct MemoryMedia(Files);

struct Writer {
    files: Files,
    name: String,
    bytes: BytesMut,
}

#[async_trait]
impl Media for MemoryMedia {
    async fn create(&self, name: &str) -> Result<Box<dyn MediaWriter>, Unavailable> {
        let writer = Writer { files: Arc::clone(&self.0), name: name.to_owned(), bytes: BytesMut::new() };
        Ok(Box::new(writer))
    }

    async fn read(&self, name: &str, range: Option<ByteRange>) -> Result<Option<MediaStream>, Unavailable> {
        let found = self.0.lock().unwrap().get(name).cloned();
        Ok(found.map(|bytes| {
            let range = range.unwrap_or(0..bytes.len() as u64);
            let within = |at: u64| usize::try_from(at).unwrap();
            let part = bytes.slice(within(range.start)..within(range.end));
            stream::once(async move { Ok(part) }).boxed()
        }))
    }

    async fn size(&self, name: &str) -> Result<Option<u64>, Unavailable> {
        Ok(self.0.lock().unwrap().get(name).map(|bytes| bytes.len() as u64))
    }

    fn list(&self) -> StoredFiles {
        // As old as can be: what nobody refers to may be removed at once.
        let file =
            |name: &String| Ok(StoredFile { name: name.clone(), written_at: DateTime::<Utc>::UNIX_EPOCH });
        let files: Vec<_> = self.0.lock().unwrap().keys().map(file).collect();
        stream::iter(files).boxed()
    }

    async fn delete(&self, name: &str) -> Result<(), Unavailable> {
        self.0.lock().unwrap().remove(name);
        Ok(())
    }

    async fn ready(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn remove_leftovers(&self, _all: bool) -> Result<usize, Unavailable> {
        Ok(0)
    }

    fn buffer_bytes(&self) -> u64 {
        0
    }
}

#[async_trait]
impl MediaWriter for Writer {
    async fn write(&mut self, bytes: Bytes) -> Result<(), Unavailable> {
        self.bytes.extend_from_slice(&bytes);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<(), Unavailable> {
        let Self { files, name, bytes } = *self;
        files.lock().unwrap().insert(name, bytes.freeze());
        Ok(())
    }

    async fn abort(self: Box<Self>) {}
}
