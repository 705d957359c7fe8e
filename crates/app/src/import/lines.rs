//! The lines of an import, one at a time and never longer than a limit.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read as _},
};

use anyhow::{Context as _, ensure};

use super::Source;

/// Most bytes of a line; a file in base64 is the longest that makes sense.
const MAX_LINE: u64 = 64 * 1024 * 1024;

/// A line that is not blank.
pub(super) struct Line {
    /// Counted from 1.
    pub(super) number: u64,
    pub(super) bytes: Vec<u8>,
}

pub(super) struct Lines {
    reader: Box<dyn BufRead + Send>,
    number: u64,
    /// Bytes so far.
    pub(super) read: u64,
}

impl Lines {
    pub(super) fn open(source: &Source) -> anyhow::Result<Self> {
        let reader: Box<dyn BufRead + Send> = match source {
            Source::Bytes(bytes) => Box::new(*bytes),
            Source::File(path) => {
                let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
                Box::new(BufReader::with_capacity(256 * 1024, file))
            }
        };
        Ok(Self { reader, number: 0, read: 0 })
    }

    pub(super) fn next(&mut self) -> anyhow::Result<Option<Line>> {
        loop {
            let mut bytes = Vec::new();
            let length = (&mut self.reader).take(MAX_LINE).read_until(b'\n', &mut bytes)? as u64;
            if length == 0 {
                return Ok(None);
            }
            self.number += 1;
            self.read += length;
            ensure!(length < MAX_LINE, "line {} is longer than {MAX_LINE} bytes", self.number);
            if !bytes.trim_ascii().is_empty() {
                return Ok(Some(Line { number: self.number, bytes }));
            }
        }
    }
}
