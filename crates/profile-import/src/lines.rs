//! The lines of an import, one at a time and never longer than a limit.

use std::io::{self, BufRead, Read as _};

use crate::ImportError;

/// Most bytes of a line: a file of 32 MiB in base64, and the rest of its row.
pub(crate) const MAX_LINE: u64 = 48 * 1024 * 1024;
/// What some programs write before UTF-8, and before UTF-16.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
const OTHER_ENCODINGS: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The number of the line, counted from 1.
    pub number: u64,
    pub(crate) offset: u64,
    pub(crate) length: u64,
}

/// A line that is not blank.
pub(crate) struct Line {
    pub(crate) place: Place,
    /// Absent if there are more than [`MAX_LINE`].
    pub(crate) bytes: Option<Vec<u8>>,
}

pub(crate) struct Lines<'a> {
    reader: Box<dyn BufRead + Send + 'a>,
    number: u64,
    /// Bytes so far.
    pub(crate) read: u64,
}

impl<'a> Lines<'a> {
    /// The lines behind a byte order mark, if there is one.
    pub(crate) fn of(mut reader: Box<dyn BufRead + Send + 'a>) -> Result<Self, ImportError> {
        let beginning = reader.fill_buf()?;
        let other = OTHER_ENCODINGS.iter().any(|mark| beginning.starts_with(mark));
        if other {
            return Err(ImportError::Encoding);
        }
        let mark = if beginning.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        reader.consume(mark);
        Ok(Self { reader, number: 0, read: mark as u64 })
    }

    pub(crate) fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let mut bytes = Vec::new();
            let offset = self.read;
            let mut length = (&mut self.reader).take(MAX_LINE + 1).read_until(b'\n', &mut bytes)? as u64;
            if length == 0 {
                return Ok(None);
            }
            self.number += 1;
            let fits = length <= MAX_LINE;
            if !fits && bytes.last() != Some(&b'\n') {
                bytes = Vec::new();
                length += self.skip_line()?;
            }
            self.read += length;
            let place = Place { number: self.number, offset, length };
            if !fits {
                return Ok(Some(Line { place, bytes: None }));
            }
            if !bytes.trim_ascii().is_empty() {
                return Ok(Some(Line { place, bytes: Some(bytes) }));
            }
        }
    }

    /// Reads to the end of the line without keeping it.
    fn skip_line(&mut self) -> io::Result<u64> {
        let mut skipped = 0;
        loop {
            let piece = self.reader.fill_buf()?;
            let end = piece.iter().position(|byte| *byte == b'\n');
            let length = end.map_or(piece.len(), |end| end + 1);
            self.reader.consume(length);
            skipped += length as u64;
            if end.is_some() || length == 0 {
                return Ok(skipped);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use super::*;

    type Numbered = (u64, Option<Vec<u8>>);

    fn read(text: impl Into<Vec<u8>>) -> Result<Vec<Numbered>, ImportError> {
        let mut lines = Lines::of(Box::new(BufReader::with_capacity(16, Cursor::new(text.into()))))?;
        let mut all = Vec::new();
        while let Some(line) = lines.next()? {
            all.push((line.place.number, line.bytes));
        }
        Ok(all)
    }

    fn line(number: u64, bytes: &[u8]) -> Numbered {
        (number, Some(bytes.to_vec()))
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_line() {
        assert_eq!(read("\u{feff}a\n\nb").unwrap(), [line(1, b"a\n"), line(3, b"b")]);
        assert_eq!(read("a\n\u{feff}b\n").unwrap(), [line(1, b"a\n"), line(2, "\u{feff}b\n".as_bytes())]);
        assert_eq!(read("\u{feff}").unwrap(), []);
        for other in [&b"\xff\xfe{\0"[..], b"\xfe\xff\0{"] {
            assert!(read(other).unwrap_err().to_string().contains("UTF-16"));
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_one_line() {
        let longest = usize::try_from(MAX_LINE).unwrap();
        let mut text = vec![b'x'; longest - 1];
        text.push(b'\n');
        text.extend(vec![b'y'; longest + 40]);
        text.extend(b"\nz");
        let lines = read(text).unwrap();
        assert_eq!(lines.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(lines[0].1.as_ref().unwrap().len(), longest);
        assert_eq!((&lines[1].1, lines[2].1.as_deref()), (&None, Some(&b"z"[..])));
    }
}
