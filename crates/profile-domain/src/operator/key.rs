//! Operator keys: who may use the operator API, from where and until when (operator API page, sections 2 and 13).

use std::{fmt, net::IpAddr};

use chrono::{DateTime, Utc};
use ipnet::IpNet;

use super::Role;
use crate::network::allows;

/// Names an operator key: `opk_` and 14 letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperatorKeyId(String);

/// The text is not `opk_` and 14 letters and digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be opk_ and 14 letters and digits")]
pub struct MalformedKeyId;

impl OperatorKeyId {
    /// What every such id begins with.
    pub const PREFIX: &'static str = "opk_";
    const CHARS: usize = 14;

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for OperatorKeyId {
    type Error = MalformedKeyId;

    fn try_from(text: &str) -> Result<Self, MalformedKeyId> {
        let rest = text.strip_prefix(Self::PREFIX).ok_or(MalformedKeyId)?;
        let fits = rest.len() == Self::CHARS && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if fits { Ok(Self(text.to_owned())) } else { Err(MalformedKeyId) }
    }
}

impl fmt::Display for OperatorKeyId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// An operator key. The key itself is nowhere; only its keyed hash is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorKey {
    /// What names it.
    pub id: OperatorKeyId,
    /// What people call it; 1 to 100 characters.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// The keyed hash of the key.
    pub hash: String,
    /// From where it may be used; from anywhere if there is none.
    pub allow_cidrs: Vec<IpNet>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The actor who made it: `operator:opk_…`, or `operator` for the command line.
    pub created_by: String,
    /// When it ends, if it does.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// That it was ended for good.
    pub revoked: Option<Revocation>,
}

/// That a key was ended for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// When.
    pub at: DateTime<Utc>,
    /// The actor who did it.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl OperatorKey {
    /// Returns whether it has neither ended nor been revoked.
    #[must_use]
    pub fn is_alive(&self, now: DateTime<Utc>) -> bool {
        self.revoked.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// Returns whether it may be used from `address`.
    #[must_use]
    pub fn allows(&self, address: Option<IpAddr>) -> bool {
        allows(&self.allow_cidrs, address)
    }

    /// Returns the actor that changes made with this key name.
    #[must_use]
    pub fn actor(&self) -> String {
        format!("operator:{}", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_its_one_form() {
        assert!(OperatorKeyId::try_from("opk_7fK2mQ9xLd4TzB").is_ok());
        for wrong in
            ["opk_7fK2mQ9xLd4Tz", "opk_7fK2mQ9xLd4TzBB", "apik_7fK2mQ9xLd4TzB", "opk_7fK2mQ9xLd4Tz_", ""]
        {
            assert_eq!(OperatorKeyId::try_from(wrong), Err(MalformedKeyId), "{wrong}");
        }
    }
}
