//! Where the lines of an import come from: read once, however often they are looked at.

use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read as _, Seek as _, SeekFrom, Write as _, stdin},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};

use super::lines::{Lines, Place};

/// Where the rows come from.
pub enum Source {
    /// A file; paths in it are relative to its folder.
    File(PathBuf),
    /// Standard input; paths in it are relative to the working folder.
    StandardInput,
    /// Rows that are part of the program.
    Bytes(&'static [u8]),
}

impl Source {
    /// The source that an operator calls `path`: `-` and `/dev/stdin` are standard input.
    #[must_use]
    pub fn named(path: &Path) -> Self {
        if path == Path::new("-") || path == Path::new("/dev/stdin") {
            return Self::StandardInput;
        }
        Self::File(path.to_owned())
    }

    /// The folder that paths in the rows are relative to.
    pub(super) fn folder(&self) -> &Path {
        const HERE: &str = ".";
        match self {
            // What a shell puts there for `<(…)` has no folder of its own.
            Self::File(path) if !path.starts_with("/dev") && !path.starts_with("/proc") => {
                path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(HERE))
            }
            Self::File(_) | Self::StandardInput | Self::Bytes(_) => Path::new(HERE),
        }
    }
}

/// The rows, which can be looked at again.
pub(super) enum Input {
    File(File),
    Bytes(&'static [u8]),
}

impl Input {
    /// Opens `source`. What cannot be read twice, like a pipe, is first written to a temporary file without a name.
    pub(super) fn open(source: &Source) -> anyhow::Result<Self> {
        match source {
            Source::Bytes(bytes) => Ok(Self::Bytes(bytes)),
            Source::StandardInput => spool(&mut stdin().lock()).context("cannot read standard input"),
            Source::File(path) => {
                let context = || format!("cannot read {}", path.display());
                let mut file = File::open(path).with_context(context)?;
                let kind = file.metadata().with_context(context)?.file_type();
                ensure!(!kind.is_dir(), "cannot read {}: it is a folder", path.display());
                if kind.is_file() { Ok(Self::File(file)) } else { spool(&mut file).with_context(context) }
            }
        }
    }

    /// Bytes of all rows together.
    pub(super) fn size(&self) -> io::Result<u64> {
        match self {
            Self::File(file) => Ok(file.metadata()?.len()),
            Self::Bytes(bytes) => Ok(bytes.len() as u64),
        }
    }

    /// The lines from the first one on.
    pub(super) fn lines(&self) -> anyhow::Result<Lines<'_>> {
        match self {
            Self::File(file) => {
                let mut file = file;
                file.seek(SeekFrom::Start(0))?;
                Lines::of(Box::new(BufReader::with_capacity(256 * 1024, file)))
            }
            Self::Bytes(bytes) => Lines::of(Box::new(Cursor::new(*bytes))),
        }
    }

    /// The bytes of one line, again.
    pub(super) fn line(&self, place: Place) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        match self {
            Self::File(file) => {
                let mut file = file;
                file.seek(SeekFrom::Start(place.offset))?;
                file.take(place.length).read_to_end(&mut bytes)?;
            }
            Self::Bytes(all) => {
                let mut all = Cursor::new(*all);
                all.set_position(place.offset);
                all.take(place.length).read_to_end(&mut bytes)?;
            }
        }
        Ok(bytes)
    }
}

fn spool(from: &mut impl io::Read) -> anyhow::Result<Input> {
    let mut file = tempfile::tempfile().context("cannot make a temporary file")?;
    io::copy(from, &mut file)?;
    file.flush()?;
    Ok(Input::File(file))
}
