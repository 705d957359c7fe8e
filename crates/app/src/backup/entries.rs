//! What a backup holds, one after the other: a line that says what follows, and the bytes of it.

use std::io::{self, ErrorKind, Read, Write};

use serde_json::{Value, json};

/// The longest line that says what follows.
const MAX_LINE: u64 = 4096;

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// The database.
    Database,
    /// A file of the media store.
    Media(String),
    /// A file of keys.
    Key(String),
}

impl Entry {
    const DATABASE: &str = "database";
    const MEDIA: &str = "media";
    const KEY: &str = "key";

    /// Writes the line of an entry of this size.
    pub(super) fn write(&self, size: u64, out: &mut impl Write) -> io::Result<()> {
        let (kind, name) = match self {
            Self::Database => (Self::DATABASE, ""),
            Self::Media(name) => (Self::MEDIA, name.as_str()),
            Self::Key(name) => (Self::KEY, name.as_str()),
        };
        writeln!(out, "{}", json!({"kind": kind, "name": name, "size": size}))
    }

    /// Reads the line of the next entry; `None` at the end.
    pub(super) fn read(from: &mut impl Read) -> io::Result<Option<(Self, u64)>> {
        let (mut line, mut byte) = (Vec::new(), [0]);
        // What it reads from is in memory, a frame at a time.
        let mut rest = from.take(MAX_LINE);
        while rest.read(&mut byte)? == 1 {
            if byte == *b"\n" {
                return Self::of(&line).map(Some);
            }
            line.extend(byte);
        }
        if line.is_empty() { Ok(None) } else { Err(unknown()) }
    }

    fn of(line: &[u8]) -> io::Result<(Self, u64)> {
        let line: Value = serde_json::from_slice(line).map_err(|_| unknown())?;
        let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let size = line.get("size").and_then(Value::as_u64).ok_or_else(unknown)?;
        let entry = match (text("kind").as_str(), text("name")) {
            (Self::DATABASE, _) => Self::Database,
            (_, name) if name.is_empty() || name.contains(['/', '\\', '\0']) || name.starts_with('.') => {
                return Err(unknown());
            }
            (Self::MEDIA, name) => Self::Media(name),
            (Self::KEY, name) => Self::Key(name),
            _ => return Err(unknown()),
        };
        Ok((entry, size))
    }
}

fn unknown() -> io::Error {
    io::Error::new(ErrorKind::InvalidData, "it holds what this version does not know")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_comes_back_from_its_line() {
        let mut out = Vec::new();
        for entry in [Entry::Database, Entry::Media("a.png".to_owned()), Entry::Key("master-key".to_owned())]
        {
            entry.write(7, &mut out).unwrap();
            assert_eq!(Entry::read(&mut out.as_slice()).unwrap(), Some((entry, 7)));
            out.clear();
        }
        assert_eq!(Entry::read(&mut [].as_slice()).unwrap(), None);
    }

    #[test]
    fn no_entry_leaves_its_folder() {
        for name in ["../a", "a/b", "", ".a"] {
            let line = format!("{}\n", json!({"kind": "media", "name": name, "size": 1}));
            assert!(Entry::read(&mut line.as_bytes()).is_err(), "{name}");
        }
    }
}
