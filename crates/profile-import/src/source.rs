//! Where the rows of an import come from: opened once, and read as often as needed.

use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read as _, Seek as _, SeekFrom, Write as _, stdin},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

use crate::{
    ImportError, ReadError,
    lines::{Lines, MAX_LINE, Place},
};

/// The working folder.
const HERE: &str = ".";

/// The rows, which can be read again, and the folder that paths in them are relative to.
pub struct Source {
    rows: Rows,
    folder: PathBuf,
}

enum Rows {
    File(File),
    Bytes(&'static [u8]),
}

impl Source {
    /// Opens what an operator calls `path`: `-` and `/dev/stdin` are standard input.
    ///
    /// # Errors
    /// [`ImportError`] if it cannot be read.
    pub fn named(path: &Path) -> Result<Self, ImportError> {
        if path == Path::new("-") || path == Path::new("/dev/stdin") {
            let failed = |error| ImportError::Source("standard input".to_owned(), error);
            return Self::spooled(&mut stdin().lock(), HERE.into()).map_err(failed);
        }
        let failed = |error| ImportError::Source(path.display().to_string(), error);
        let open = || -> io::Result<_> {
            let file = File::open(path)?;
            let kind = file.metadata()?.file_type();
            Ok((file, kind))
        };
        let (mut file, kind) = open().map_err(|error| failed(error.into()))?;
        if kind.is_dir() {
            return Err(ImportError::IsFolder(path.to_owned()));
        }
        let folder = folder_of(path).to_owned();
        if kind.is_file() {
            return Ok(Self { rows: Rows::File(file), folder });
        }
        Self::spooled(&mut file, folder).map_err(failed)
    }

    /// Copies a stream, which cannot be read twice, to a temporary file without a name. Paths in its rows are relative to
    /// `folder`.
    ///
    /// # Errors
    /// [`ReadError`] if the stream cannot be read or the file not be written.
    pub fn spooled(stream: &mut impl io::Read, folder: PathBuf) -> Result<Self, ReadError> {
        let mut file = tempfile::tempfile().map_err(ReadError::TemporaryFile)?;
        io::copy(stream, &mut file)?;
        file.flush()?;
        Ok(Self { rows: Rows::File(file), folder })
    }

    /// Begins a source whose rows arrive piece by piece; paths in them lead nowhere.
    ///
    /// # Errors
    /// [`ReadError`] if there is no temporary file.
    pub fn arriving() -> Result<Arriving, ReadError> {
        tempfile::tempfile().map(Arriving).map_err(ReadError::TemporaryFile)
    }

    /// Rows that are part of the program; paths in them are relative to the working folder.
    #[must_use]
    pub fn bytes(rows: &'static [u8]) -> Self {
        Self { rows: Rows::Bytes(rows), folder: HERE.into() }
    }

    /// The folder that paths in the rows are relative to.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Bytes of all rows together.
    pub(crate) fn size(&self) -> io::Result<u64> {
        match &self.rows {
            Rows::File(file) => Ok(file.metadata()?.len()),
            Rows::Bytes(bytes) => Ok(bytes.len() as u64),
        }
    }

    /// The lines from the first one on.
    pub(crate) fn lines(&self) -> Result<Lines<'_>, ImportError> {
        match &self.rows {
            Rows::File(file) => {
                let mut file = file;
                file.seek(SeekFrom::Start(0))?;
                Lines::of(Box::new(BufReader::with_capacity(256 * 1024, file)))
            }
            Rows::Bytes(bytes) => Lines::of(Box::new(Cursor::new(*bytes))),
        }
    }

    /// The bytes of one line, again; whoever reads the lines goes on where they are.
    pub(crate) fn line(&self, place: Place) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match &self.rows {
            Rows::File(file) => {
                bytes.resize(usize::try_from(place.length).unwrap_or_default(), 0);
                file.read_exact_at(&mut bytes, place.offset)?;
            }
            Rows::Bytes(all) => {
                let mut all = Cursor::new(*all);
                all.set_position(place.offset);
                all.take(place.length).read_to_end(&mut bytes)?;
            }
        }
        Ok(bytes)
    }

    /// Returns a line that was refused; nothing, if it is too long or cannot be read again.
    pub(crate) fn refused_line(&self, place: Place) -> Vec<u8> {
        if place.length > MAX_LINE { Vec::new() } else { self.line(place).unwrap_or_default() }
    }
}

/// Rows on their way into a temporary file without a name.
pub struct Arriving(File);

impl Arriving {
    /// Adds bytes.
    ///
    /// # Errors
    /// [`io::Error`] if the file cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    /// Ends with what has arrived.
    ///
    /// # Errors
    /// [`io::Error`] if the file cannot be written.
    pub fn finish(mut self) -> io::Result<Source> {
        self.0.flush()?;
        Ok(Source { rows: Rows::File(self.0), folder: PathBuf::new() })
    }
}

/// The folder of a file. What a shell names `<(…)` has none of its own.
fn folder_of(path: &Path) -> &Path {
    let parent = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let is_stream = path.starts_with("/dev") || path.starts_with("/proc");
    parent.filter(|_| !is_stream).unwrap_or(Path::new(HERE))
}
