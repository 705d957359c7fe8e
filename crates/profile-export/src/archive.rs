//! A zip archive that is written piece by piece on a thread of its own, so that compression and digests keep no request waiting.

use std::{
    cell::Cell,
    io::{self, Write},
    rc::Rc,
};

use bytes::Bytes;
use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use profile_domain::change::Digest;
use profile_usecases::operator::ExportHead;
use sha2::{Digest as _, Sha256};
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    task::{JoinHandle, spawn_blocking},
};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{
    ExportError,
    manifest::{File, Of, manifest},
};

/// Pieces that wait for the thread.
const WAITING_PIECES: usize = 8;

/// A member that begins.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) path: String,
    /// The record of a medium.
    pub(crate) of: Option<Of>,
    /// Media are compressed as they are.
    pub(crate) is_text: bool,
}

enum Piece {
    Begin(Member),
    Bytes(Bytes),
    End,
}

/// An archive on its way.
pub(crate) struct Archive<W> {
    pieces: Sender<Piece>,
    thread: JoinHandle<Result<W, ExportError>>,
}

impl<W: Write + Send + 'static> Archive<W> {
    /// Begins an archive that goes to `out`.
    pub(crate) fn begin(out: W, head: ExportHead) -> Self {
        let (pieces, receiver) = channel(WAITING_PIECES);
        Self { pieces, thread: spawn_blocking(move || write(out, &head, receiver)) }
    }

    /// Begins a member; the one before is whole.
    pub(crate) async fn member(&self, member: Member) -> Result<(), ExportError> {
        self.send(Piece::Begin(member)).await
    }

    /// Adds bytes to the member.
    pub(crate) async fn write(&self, bytes: impl Into<Bytes>) -> Result<(), ExportError> {
        self.send(Piece::Bytes(bytes.into())).await
    }

    async fn send(&self, piece: Piece) -> Result<(), ExportError> {
        self.pieces.send(piece).await.map_err(|_| ExportError::Stopped)
    }

    /// Ends the archive with its manifest, if `filled` is good; else it is cut off. Returns what it was written to.
    pub(crate) async fn end<T>(self, filled: Result<T, ExportError>) -> Result<(T, W), ExportError> {
        if filled.is_ok() {
            self.send(Piece::End).await.ok();
        }
        let Self { pieces, thread } = self;
        drop(pieces);
        let written = thread.await.map_err(io::Error::other)?;
        match (filled, written) {
            (Ok(filled), Ok(out)) => Ok((filled, out)),
            // That the thread has ended says less than why.
            (Err(ExportError::Stopped) | Ok(_), Err(why)) | (Err(why), _) => Err(why),
        }
    }
}

/// What the archive goes to. When the archive is given up, the library still writes its end; that must not reach anybody.
struct Output<W> {
    inner: W,
    is_given_up: Rc<Cell<bool>>,
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_given_up.get() { Ok(bytes.len()) } else { self.inner.write(bytes) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_given_up.get() { Ok(()) } else { self.inner.flush() }
    }
}

type Zip<W> = ZipWriter<zip::write::StreamWriter<Output<W>>>;

fn write<W: Write>(out: W, head: &ExportHead, pieces: Receiver<Piece>) -> Result<W, ExportError> {
    let is_given_up = Rc::new(Cell::new(false));
    let output = Output { inner: out, is_given_up: Rc::clone(&is_given_up) };
    let mut zip = ZipWriter::new_stream(output);
    if let Err(error) = fill(&mut zip, head, pieces) {
        is_given_up.set(true);
        return Err(error);
    }
    let mut out = zip.finish()?.into_inner().inner;
    out.flush()?;
    Ok(out)
}

/// The member that bytes are added to.
struct Open {
    member: Member,
    bytes: u64,
    digest: Sha256,
}

impl Open {
    fn file(self) -> File {
        let Self { member: Member { path, of, .. }, bytes, digest } = self;
        File { path, bytes, sha256: Digest(digest.finalize().into()), of }
    }
}

fn fill<W: Write>(
    zip: &mut Zip<W>,
    head: &ExportHead,
    mut pieces: Receiver<Piece>,
) -> Result<(), ExportError> {
    let (mut files, mut open): (Vec<File>, Option<Open>) = (Vec::new(), None);
    while let Some(piece) = pieces.blocking_recv() {
        match piece {
            Piece::Begin(member) => {
                files.extend(open.take().map(Open::file));
                zip.start_file(&member.path, options(head, member.is_text))?;
                open = Some(Open { member, bytes: 0, digest: Sha256::new() });
            }
            Piece::Bytes(bytes) => {
                let Some(open) = &mut open else { continue };
                zip.write_all(&bytes)?;
                open.digest.update(&bytes);
                open.bytes += bytes.len() as u64;
            }
            Piece::End => {
                files.extend(open.take().map(Open::file));
                zip.start_file("manifest.json", options(head, true))?;
                zip.write_all(&manifest(head, &files).map_err(io::Error::from)?)?;
                return Ok(());
            }
        }
    }
    Err(ExportError::Stopped)
}

/// Texts of everything may have more than 4 GiB, which not every program reads; those of a person have not.
fn options(head: &ExportHead, is_text: bool) -> SimpleFileOptions {
    let method = if is_text { CompressionMethod::Deflated } else { CompressionMethod::Stored };
    let options = SimpleFileOptions::default().compression_method(method).unix_permissions(0o600);
    let options = options.large_file(is_text && head.person.is_none());
    time(head.at).map_or(options, |at| options.last_modified_time(at))
}

/// A time as archives have it.
fn time(at: DateTime<Utc>) -> Option<zip::DateTime> {
    let small = |number: u32| u8::try_from(number).ok();
    let (month, day) = (small(at.month())?, small(at.day())?);
    let (hour, minute, second) = (small(at.hour())?, small(at.minute())?, small(at.second())?);
    zip::DateTime::from_date_and_time(at.year().try_into().ok()?, month, day, hour, minute, second).ok()
}

#[cfg(test)]
mod tests {
    use std::{
        io::Cursor,
        sync::{Arc, Mutex},
        time::Duration,
    };

    use profile_domain::PersonId;
    use tokio::time::timeout;
    use uuid::Uuid;
    use zip::{ZipArchive, result::ZipError};

    use super::*;

    /// Where bytes go that a test looks at; while a test holds it, writers wait.
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn head() -> ExportHead {
        let at = "2026-03-04T05:06:07.000123Z".parse().unwrap();
        let by = "operator".to_owned();
        ExportHead { person: Some(PersonId(Uuid::nil())), at, by, reason: None, position: None }
    }

    fn medium(path: &str) -> Member {
        Member { path: path.to_owned(), of: None, is_text: false }
    }

    #[tokio::test]
    #[expect(clippy::await_holding_lock)] // it is the reader who waits
    async fn a_reader_who_waits_holds_the_export_back() {
        let out = Shared::default();
        let archive = Archive::begin(out.clone(), head());
        let more_than_wait = 4 * WAITING_PIECES;
        {
            let _reader = out.0.lock().unwrap();
            let mut sent = 0;
            let filled = async {
                archive.member(medium("media/a")).await.unwrap();
                for _ in 0..more_than_wait {
                    archive.write(vec![0; 1024]).await.unwrap();
                    sent += 1;
                }
            };
            timeout(Duration::from_millis(200), filled).await.unwrap_err();
            assert!(sent <= WAITING_PIECES + 1, "{sent} pieces are in memory");
        }
        archive.end(Ok(())).await.unwrap();
        ZipArchive::new(Cursor::new(out.0.lock().unwrap().clone())).unwrap();
    }

    #[tokio::test]
    async fn what_was_given_up_is_no_archive() {
        let out = Shared::default();
        let archive = Archive::begin(out.clone(), head());
        archive.member(medium("media/a")).await.unwrap();
        archive.write("bytes").await.unwrap();
        let given_up: Result<(), _> = Err(ExportError::Zip(ZipError::FileNotFound));
        assert!(matches!(archive.end(given_up).await, Err(ExportError::Zip(_))));
        let written = out.0.lock().unwrap().clone();
        assert!(!written.is_empty());
        ZipArchive::new(Cursor::new(written)).unwrap_err();
    }

    #[tokio::test]
    async fn a_writer_that_fails_says_why() {
        struct Full;

        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }

        let archive = Archive::begin(Full, head());
        let filled = async {
            archive.member(medium("media/a")).await?;
            for _ in 0..100 {
                archive.write(vec![0; 1024]).await?;
            }
            Ok(())
        };
        let filled = filled.await;
        let Err(ExportError::Write(error)) = archive.end(filled).await.map(|_| ()) else { panic!("written") };
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
