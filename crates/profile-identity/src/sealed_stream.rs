//! A stream of bytes that is sealed with a passphrase: read by nobody else, and found damaged wherever it was changed or cut.
//!
//! The file is a header, of what the program knows it by and a salt, and then frames of AES-256-GCM under a key that argon2id
//! makes of passphrase and salt. A frame's nonce is its number and whether it is the last one, so frames cannot be moved,
//! repeated or left out.

use std::io::{self, ErrorKind, Read, Write};

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

/// What every sealed stream begins with.
const MAGIC: [u8; 16] = *b"profile-sealed-1";
const SALT_BYTES: usize = 16;
const HEADER_BYTES: usize = MAGIC.len() + SALT_BYTES;
/// Bytes of a full frame before it is sealed.
const FRAME_BYTES: usize = 64 * 1024;
const TAG_BYTES: usize = 16;
/// Memory in KiB, passes and lanes of argon2id: a guess takes a good part of a second.
const COST: (u32, u32, u32) = (64 * 1024, 3, 1);

type Header = [u8; HEADER_BYTES];

fn key(passphrase: &str, header: &Header) -> io::Result<LessSafeKey> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|_| io::Error::other("argon2id"))?;
    let mut bytes = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), header.split_at(MAGIC.len()).1, bytes.as_mut_slice())
        .map_err(|_| io::Error::other("argon2id"))?;
    let unbound = UnboundKey::new(&AES_256_GCM, bytes.as_slice());
    unbound.map(LessSafeKey::new).map_err(|_| io::Error::other("the key cannot be used"))
}

fn nonce(number: u64, is_last: bool) -> Nonce {
    let mut bytes = [0; NONCE_LEN];
    let parts = [u8::from(is_last), 0, 0, 0].into_iter().chain(number.to_be_bytes());
    bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
    Nonce::assume_unique_for_key(bytes)
}

/// Seals what is written to it.
pub struct SealedWriter<W> {
    inner: W,
    key: LessSafeKey,
    header: Header,
    number: u64,
    frame: Vec<u8>,
}

impl<W: Write> SealedWriter<W> {
    /// Begins a stream in `inner`.
    ///
    /// # Errors
    /// `inner` cannot be written.
    pub fn begin(mut inner: W, passphrase: &str) -> io::Result<Self> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(io::Error::other)?;
        let mut header = [0; HEADER_BYTES];
        header.iter_mut().zip(MAGIC.into_iter().chain(salt)).for_each(|(to, from)| *to = from);
        let key = key(passphrase, &header)?;
        inner.write_all(&header)?;
        Ok(Self { inner, key, header, number: 0, frame: Vec::with_capacity(FRAME_BYTES + TAG_BYTES) })
    }

    fn seal(&mut self, is_last: bool) -> io::Result<()> {
        let aad = Aad::from(self.header);
        let sealed = self.key.seal_in_place_append_tag(nonce(self.number, is_last), aad, &mut self.frame);
        sealed.map_err(|_| io::Error::other("cannot be sealed"))?;
        let length = u32::try_from(self.frame.len()).map_err(io::Error::other)?;
        self.inner.write_all(&[u8::from(is_last)])?;
        self.inner.write_all(&length.to_be_bytes())?;
        self.inner.write_all(&self.frame)?;
        self.frame.clear();
        self.number += 1;
        Ok(())
    }

    /// Ends the stream; without it the stream is damaged.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        self.seal(true)?;
        self.inner.flush()?;
        Ok(self.inner)
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.frame.len() == FRAME_BYTES {
            self.seal(false)?;
        }
        let some = bytes.len().min(FRAME_BYTES - self.frame.len());
        let (taken, _) = bytes.split_at(some);
        self.frame.extend_from_slice(taken);
        Ok(some)
    }

    /// What is in a frame that is not full stays there.
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Opens what a [`SealedWriter`] wrote. It returns no byte that is not as it was written.
pub struct SealedReader<R> {
    inner: R,
    key: LessSafeKey,
    header: Header,
    number: u64,
    frame: Vec<u8>,
    place: usize,
    is_at_end: bool,
}

impl<R: Read> SealedReader<R> {
    /// Begins to read a stream.
    ///
    /// # Errors
    /// It is no sealed stream.
    pub fn begin(mut inner: R, passphrase: &str) -> io::Result<Self> {
        let mut header = [0; HEADER_BYTES];
        inner.read_exact(&mut header).map_err(cut)?;
        if !header.starts_with(&MAGIC) {
            return Err(io::Error::new(ErrorKind::InvalidData, "it is no backup of this service"));
        }
        let key = key(passphrase, &header)?;
        Ok(Self { inner, key, header, number: 0, frame: Vec::new(), place: 0, is_at_end: false })
    }

    fn next_frame(&mut self) -> io::Result<()> {
        let mut is_last = [0];
        self.inner.read_exact(&mut is_last).map_err(cut)?;
        let is_last = is_last != [0];
        let mut length = [0; 4];
        self.inner.read_exact(&mut length).map_err(cut)?;
        let length = u32::from_be_bytes(length) as usize;
        if !(TAG_BYTES..=FRAME_BYTES + TAG_BYTES).contains(&length) {
            return Err(damaged(self.number));
        }
        self.frame.resize(length, 0);
        self.inner.read_exact(&mut self.frame).map_err(cut)?;
        let aad = Aad::from(self.header);
        let opened = self.key.open_in_place(nonce(self.number, is_last), aad, &mut self.frame);
        let length = opened.map_err(|_| damaged(self.number))?.len();
        self.frame.truncate(length);
        (self.place, self.is_at_end) = (0, is_last);
        self.number += 1;
        if is_last && self.inner.read(&mut [0])? > 0 {
            return Err(damaged(self.number));
        }
        Ok(())
    }
}

fn cut(error: io::Error) -> io::Error {
    match error.kind() {
        ErrorKind::UnexpectedEof => {
            io::Error::new(ErrorKind::InvalidData, "it is damaged: its end is missing")
        }
        _ => error,
    }
}

/// Of the first frame nobody can tell which of the two it is.
fn damaged(frame: u64) -> io::Error {
    let why = if frame == 0 { "the passphrase is wrong, or it is damaged" } else { "it is damaged" };
    io::Error::new(ErrorKind::InvalidData, why)
}

impl<R: Read> Read for SealedReader<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.place == self.frame.len() {
            if self.is_at_end {
                return Ok(0);
            }
            self.next_frame()?;
        }
        let left = self.frame.get(self.place..).unwrap_or_default();
        let some = left.len().min(to.len());
        to.iter_mut().zip(left).for_each(|(to, from)| *to = *from);
        self.place += some;
        Ok(some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(clear: &[u8]) -> Vec<u8> {
        let mut writer = SealedWriter::begin(Vec::new(), "a passphrase").unwrap();
        writer.write_all(clear).unwrap();
        writer.finish().unwrap()
    }

    fn opened(sealed: &[u8], passphrase: &str) -> io::Result<Vec<u8>> {
        let mut clear = Vec::new();
        SealedReader::begin(sealed, passphrase)?.read_to_end(&mut clear)?;
        Ok(clear)
    }

    #[test]
    fn what_was_sealed_is_read_with_the_passphrase_alone() {
        for length in [0, 1, FRAME_BYTES, FRAME_BYTES + 1, 3 * FRAME_BYTES] {
            let clear: Vec<u8> = (0..=250).cycle().take(length).collect();
            let sealed = sealed(&clear);
            assert_eq!(opened(&sealed, "a passphrase").unwrap(), clear);
            let wrong = opened(&sealed, "another").unwrap_err().to_string();
            assert_eq!(wrong, "the passphrase is wrong, or it is damaged");
        }
    }

    #[test]
    fn a_change_anywhere_is_found() {
        let sealed = sealed(&vec![7; FRAME_BYTES + 100]);
        for place in
            [0, 20, HEADER_BYTES, HEADER_BYTES + 2, FRAME_BYTES / 2, FRAME_BYTES + 60, sealed.len() - 1]
        {
            let mut damaged = sealed.clone();
            damaged[place] ^= 1;
            assert!(opened(&damaged, "a passphrase").is_err(), "{place}");
        }
        for cut in [0, 10, HEADER_BYTES, FRAME_BYTES, FRAME_BYTES + 60, sealed.len() - 1] {
            assert!(opened(&sealed[..cut], "a passphrase").is_err(), "{cut}");
        }
        // The second frame alone, and one more byte.
        let first = HEADER_BYTES + 5 + FRAME_BYTES + TAG_BYTES;
        assert!(opened(&[&sealed[..HEADER_BYTES], &sealed[first..]].concat(), "a passphrase").is_err());
        assert!(opened(&[sealed.as_slice(), &[0]].concat(), "a passphrase").is_err());
    }
}
