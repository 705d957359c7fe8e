//! Digests and salts, and their form as hexadecimal text.

use std::{fmt, str::FromStr};

use sha2::{Digest as _, Sha256};

/// A SHA-256 digest. As text: 64 hexadecimal digits in small letters.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

/// The 16 random bytes that keep the values of one change from being guessed by their commitments. As text: 32 hexadecimal
/// digits in small letters. Its `Debug` does not show it, because whoever knows it can test guesses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 16]);

/// The text does not have exactly the digits of its type: `0`–`9` and `a`–`f`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not the expected number of hexadecimal digits in small letters")]
pub struct MalformedHex;

impl Digest {
    /// Returns the digest of the concatenation of `parts`.
    pub(crate) fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part);
        }
        Self(hash.finalize().into())
    }
}

/// Returns bytes as hexadecimal digits in small letters.
#[must_use]
pub fn hex<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> String {
    let bytes = bytes.into_iter();
    let mut text = String::with_capacity(2 * bytes.size_hint().0);
    for byte in bytes {
        text.extend(char::from_digit(u32::from(byte >> 4), 16));
        text.extend(char::from_digit(u32::from(byte & 0xf), 16));
    }
    text
}

/// Reads what [`hex`] has written.
///
/// # Errors
/// [`MalformedHex`].
pub fn unhex(text: &str) -> Result<Vec<u8>, MalformedHex> {
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair: &[u8]| match pair {
        [high, low] => Ok((nibble(*high)? << 4) | nibble(*low)?),
        _ => Err(MalformedHex),
    };
    pairs.map(byte).collect()
}

fn nibble(digit: u8) -> Result<u8, MalformedHex> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(MalformedHex),
    }
}

fn bytes<const N: usize>(text: &str) -> Result<[u8; N], MalformedHex> {
    unhex(text)?.try_into().map_err(|_| MalformedHex)
}

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Digest({self})")
    }
}

impl FromStr for Digest {
    type Err = MalformedHex;

    fn from_str(text: &str) -> Result<Self, MalformedHex> {
        bytes(text).map(Self)
    }
}

impl fmt::Display for Salt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Salt(…)")
    }
}

impl FromStr for Salt {
    type Err = MalformedHex;

    fn from_str(text: &str) -> Result<Self, MalformedHex> {
        bytes(text).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn text_leads_back_to_the_bytes() {
        let digest = Digest::of([b"a".as_slice(), b"bc"]);
        assert_eq!(digest.to_string(), ABC);
        assert_eq!(ABC.parse(), Ok(digest));
        let salt = Salt([0x0f; 16]);
        assert_eq!(salt.to_string().parse(), Ok(salt));
    }

    #[test]
    fn only_all_digits_in_small_letters_are_read() {
        for wrong in
            ["", "0", &ABC.to_uppercase(), &format!("{ABC}0"), &ABC.replace('b', "g"), &"é".repeat(32)]
        {
            assert_eq!(wrong.parse::<Digest>(), Err(MalformedHex), "{wrong}");
        }
        assert_eq!(ABC.parse::<Salt>(), Err(MalformedHex));
    }

    #[test]
    fn debug_does_not_show_a_salt() {
        assert_eq!(format!("{:?}", Salt([7; 16])), "Salt(…)");
    }
}
