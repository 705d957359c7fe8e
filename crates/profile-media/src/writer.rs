//! A file on its way into an object store: whole if it is small, else in parts.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt as _, path::Path};
use profile_ports::{MediaWriter, Unavailable};

use crate::breaker::Breaker;

/// How long it may take to write one part, or the whole of a small file.
const WRITE: Duration = Duration::from_secs(40);

pub(crate) struct Writer {
    store: Arc<dyn ObjectStore>,
    path: Path,
    /// Begun with the first full part. Taken by `finish` and `abort`; what is still here when the writer is dropped is
    /// aborted.
    upload: Option<Box<dyn MultipartUpload>>,
    part: Vec<u8>,
    part_bytes: usize,
    breaker: Arc<Breaker>,
}

impl Writer {
    pub(crate) fn new(
        store: Arc<dyn ObjectStore>,
        path: Path,
        part_bytes: usize,
        breaker: Arc<Breaker>,
    ) -> Self {
        Self { store, path, upload: None, part: Vec::new(), part_bytes, breaker }
    }

    async fn send_part(&mut self) -> Result<(), Unavailable> {
        let part = std::mem::take(&mut self.part);
        let mut upload = if let Some(upload) = self.upload.take() {
            upload
        } else {
            let begun = self.breaker.ask(WRITE, self.store.put_multipart(&self.path)).await?;
            begun.map_err(Unavailable::media)?
        };
        let sent = self.breaker.ask(WRITE, upload.put_part(part.into())).await;
        self.upload = Some(upload);
        sent?.map_err(Unavailable::media)
    }
}

#[async_trait]
impl MediaWriter for Writer {
    async fn write(&mut self, bytes: Bytes) -> Result<(), Unavailable> {
        self.part.extend_from_slice(&bytes);
        if self.part.len() >= self.part_bytes { self.send_part().await } else { Ok(()) }
    }

    async fn finish(mut self: Box<Self>) -> Result<(), Unavailable> {
        if self.upload.is_none() {
            let whole = std::mem::take(&mut self.part);
            let written = self.breaker.ask(WRITE, self.store.put(&self.path, whole.into())).await?;
            return written.map(drop).map_err(Unavailable::media);
        }
        if !self.part.is_empty() {
            self.send_part().await?;
        }
        let Some(mut upload) = self.upload.take() else { return Ok(()) };
        let completed = self.breaker.ask(WRITE, upload.complete()).await?;
        completed.map(drop).map_err(Unavailable::media)
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
