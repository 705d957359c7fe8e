//! The prefixed identifiers of the contract: `user_`, `biz_`, `app_`, `apik_`, `file_` and a tail (contract users, section 1).

use std::fmt;

/// Letters and digits behind the prefix.
const TAIL: std::ops::RangeInclusive<usize> = 13..=14;

/// Not the prefix and 13 or 14 of `[A-Za-z0-9]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an id of its kind")]
pub struct MalformedId;

macro_rules! prefixed_ids {
    ($($(#[$about:meta])* $name:ident $prefix:literal;)*) => { $(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// What every such id begins with.
            pub const PREFIX: &'static str = $prefix;

            /// The id as it is written; letter case counts.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<&str> for $name {
            type Error = MalformedId;

            fn try_from(text: &str) -> Result<Self, MalformedId> {
                let tail = text.strip_prefix(Self::PREFIX).ok_or(MalformedId)?;
                let plain = tail.bytes().all(|byte| byte.is_ascii_alphanumeric());
                if plain && TAIL.contains(&tail.len()) { Ok(Self(text.to_owned())) } else { Err(MalformedId) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }
    )* };
}

prefixed_ids! {
    /// Identifies a user; never reused.
    UserId "user_";
    /// Identifies a business, which the contract also calls an account.
    BusinessId "biz_";
    /// Identifies an app that businesses install.
    AppId "app_";
    /// Identifies an API key's record; it is not the key.
    KeyId "apik_";
    /// Identifies an uploaded file.
    UploadId "file_";
}

impl BusinessId {
    /// Returns the id that stands for no business yet: an empty one, which no request can give.
    pub(super) const fn unset() -> Self {
        Self(String::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_13_or_14_letters_and_digits() {
        assert!(UserId::try_from("user_4hTq81LmZp0Va").is_ok());
        assert!(BusinessId::try_from("biz_9QeRtYu2IoPlKj").is_ok());
        for wrong in [
            "",
            "user_",
            "user_4hTq81LmZp0V",
            "user_4hTq81LmZp0Va12",
            "user_4hTq81LmZp0V-",
            "USER_4hTq81LmZp0Va",
        ] {
            assert_eq!(UserId::try_from(wrong), Err(MalformedId), "{wrong}");
        }
        assert_eq!(UserId::try_from("biz_9QeRtYu2IoPlKj"), Err(MalformedId));
    }
}
