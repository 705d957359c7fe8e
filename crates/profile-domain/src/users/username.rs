//! Usernames: their characters, the reserved ones, and when two are the same (contract users, section 4).

use super::fields::USERNAME;
use crate::{Text, rule::Fault};

/// Names that would be mistaken for a part of the service; in any case.
const RESERVED: [&str; 14] = [
    "me",
    "admin",
    "administrator",
    "api",
    "root",
    "support",
    "help",
    "system",
    "security",
    "whop",
    "null",
    "undefined",
    "anonymous",
    "deleted",
];

/// A username as its owner typed it: ASCII letters, digits and hyphens, so that no two look the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Username(Text);

impl Username {
    /// Returns the name of a user who has none yet: an empty one, which no request can give.
    pub(super) fn unset() -> Self {
        Self(Text::default())
    }

    /// As typed.
    #[must_use]
    pub const fn as_typed(&self) -> &Text {
        &self.0
    }

    /// Whether `text` has the characters and the length of a username; a reserved name has them, too.
    #[must_use]
    pub fn is_well_formed(text: &str) -> bool {
        let alphabet = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let readable = text.bytes().any(|byte| byte.is_ascii_alphanumeric());
        alphabet && readable && USERNAME.max_chars().is_some_and(|limit| text.len() <= limit)
    }

    /// Returns whether the name is reserved, in any case.
    #[must_use]
    pub fn is_reserved(text: &str) -> bool {
        RESERVED.contains(&Self::key_of(text).as_str())
    }

    /// What is unique and looked up: letter case does not count.
    #[must_use]
    pub fn key(&self) -> String {
        Self::key_of(self.0.as_str())
    }

    /// The key of a text that is looked up.
    #[must_use]
    pub fn key_of(text: &str) -> String {
        text.to_ascii_lowercase()
    }
}

impl TryFrom<&Text> for Username {
    type Error = Fault;

    fn try_from(text: &Text) -> Result<Self, Fault> {
        USERNAME.clean(text.as_str()).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Result<Username, Fault> {
        Username::try_from(&Text::try_from(text).unwrap())
    }

    #[test]
    fn the_edges_of_the_table() {
        for fine in ["a", "-a", "Nora-Vale", "0", &"x".repeat(42), "admins"] {
            assert!(parse(fine).is_ok(), "{fine}");
        }
        for malformed in ["", "a_b", "a b", "é", ".", "---", "a\n", &"x".repeat(43), "раура"] {
            assert_eq!(parse(malformed), Err(Fault::Malformed), "{malformed}");
        }
        for reserved in ["me", "ADMIN", "Null"] {
            assert_eq!(parse(reserved), Err(Fault::Reserved), "{reserved}");
        }
        assert_eq!(parse("Nora-Vale").unwrap().key(), "nora-vale");
    }

    proptest! {
        #[test]
        fn the_pattern_of_the_contract_is_the_rule(text in "[A-Za-z0-9_. -]{0,44}") {
            let pattern = (1..=42).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && text.bytes().any(|byte| byte.is_ascii_alphanumeric());
            prop_assert_eq!(parse(&text) != Err(Fault::Malformed), pattern);
        }

        #[test]
        fn no_username_is_an_id(tail in "[A-Za-z0-9]{13,14}") {
            prop_assert_eq!(parse(&format!("user_{tail}")), Err(Fault::Malformed));
        }
    }
}
