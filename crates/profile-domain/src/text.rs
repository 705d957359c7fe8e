//! Text as every store can keep it.

use std::fmt;

/// Text without NUL, the one character that `PostgreSQL` cannot store.
///
/// Its `Debug` shows only the length, so that no personal value reaches a log by accident; there is no `Display` on purpose.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text(String);

/// The text holds a NUL character (contract account, section 8, row 10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("contains a NUL character")]
pub struct ContainsNul;

impl Text {
    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The characters, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<String> for Text {
    type Error = ContainsNul;

    fn try_from(text: String) -> Result<Self, ContainsNul> {
        if text.contains('\0') {
            return Err(ContainsNul);
        }
        Ok(Self(text))
    }
}

impl TryFrom<&str> for Text {
    type Error = ContainsNul;

    fn try_from(text: &str) -> Result<Self, ContainsNul> {
        Self::try_from(text.to_owned())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Text({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_is_refused_anywhere() {
        for text in ["\0", "a\0", "\0a", "a\0b"] {
            assert_eq!(Text::try_from(text), Err(ContainsNul));
        }
        assert!(Text::try_from("\u{1}\u{10FFFF}").is_ok());
    }

    #[test]
    fn debug_does_not_show_the_characters() {
        let text = Text::try_from("Zoë").unwrap();
        assert_eq!(format!("{text:?}"), "Text(4 bytes)");
    }
}
