//! API keys: whose they are, what they are for, and from where they may be used (contract users, section 5).

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use ipnet::IpNet;

use super::{AppId, BusinessId, KeyId, VersionDate, fields};
use crate::{change::Value, field::Field, network::allows};

/// Whose key it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOwner {
    /// A business.
    Business(BusinessId),
    /// An app.
    App(AppId),
}

impl KeyOwner {
    /// The owner's id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Business(business) => business.as_str(),
            Self::App(app) => app.as_str(),
        }
    }

    /// Reads an owner's id of either kind.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let business = BusinessId::try_from(text).map(Self::Business);
        business.or_else(|_| AppId::try_from(text).map(Self::App)).ok()
    }
}

/// The record of an API key. The key itself is nowhere; only its keyed hash is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The record's id.
    pub id: KeyId,
    /// Counts from 1.
    pub version: i64,
    /// Whose it is.
    pub owner: KeyOwner,
    /// The keyed hash of the key.
    pub hash: String,
    /// What it is for, by the exact names.
    pub permissions: Vec<String>,
    /// When it ends, if it does.
    pub expires_at: Option<DateTime<Utc>>,
    /// From where it may be used; from anywhere if there is none.
    pub allow_cidrs: Vec<IpNet>,
    /// The version that counts where a request names none; the oldest, if there is none.
    pub version_date: Option<VersionDate>,
    /// When an operator ended it for good.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl ApiKey {
    /// Whether it has neither ended nor been revoked.
    #[must_use]
    pub fn is_alive(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// Whether it may be used from `address`.
    #[must_use]
    pub fn allows(&self, address: Option<IpAddr>) -> bool {
        allows(&self.allow_cidrs, address)
    }

    /// Returns every recorded field with its value.
    pub(crate) fn values(&self) -> [(Field, Value); 7] {
        let Self {
            id: _,
            version: _,
            owner,
            hash,
            permissions,
            expires_at,
            allow_cidrs,
            version_date,
            revoked_at,
        } = self;
        [
            (fields::OWNER, Value::word(owner.as_str())),
            (fields::SECRET, Value::word(hash)),
            (fields::PERMISSIONS, Value::List(permissions.iter().map(|name| Value::word(name)).collect())),
            (fields::EXPIRES_AT, expires_at.map_or(Value::Null, Value::moment)),
            (
                fields::ALLOW_CIDRS,
                Value::List(allow_cidrs.iter().map(|network| Value::word(&network.to_string())).collect()),
            ),
            (fields::API_VERSION_DATE, version_date.map_or(Value::Null, |date| Value::word(date.as_str()))),
            (fields::REVOKED_AT, revoked_at.map_or(Value::Null, Value::moment)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(cidrs: &[&str]) -> ApiKey {
        ApiKey {
            id: KeyId::try_from("apik_Key0000000000").unwrap(),
            version: 1,
            owner: KeyOwner::parse("biz_Own0000000000").unwrap(),
            hash: String::new(),
            permissions: Vec::new(),
            expires_at: Some(DateTime::UNIX_EPOCH),
            allow_cidrs: cidrs.iter().map(|cidr| cidr.parse().unwrap()).collect(),
            version_date: None,
            revoked_at: None,
        }
    }

    #[test]
    fn addresses_are_allowed_by_network() {
        let from = |address: &str| Some(address.parse().unwrap());
        assert!(key(&[]).allows(None));
        let limited = key(&["10.0.0.0/8", "2001:db8::/32"]);
        for inside in ["10.1.2.3", "::ffff:10.1.2.3", "2001:db8::1"] {
            assert!(limited.allows(from(inside)), "{inside}");
        }
        for outside in ["11.1.2.3", "::1", "2001:db9::1"] {
            assert!(!limited.allows(from(outside)), "{outside}");
        }
        assert!(!limited.allows(None));
        let mapped = key(&["::ffff:10.0.0.0/104"]);
        assert!(mapped.allows(from("10.1.2.3")) && mapped.allows(from("::ffff:10.1.2.3")));
        assert!(!mapped.allows(from("11.1.2.3")));
    }

    #[test]
    fn the_end_is_the_first_moment_without_it() {
        let end = DateTime::UNIX_EPOCH;
        assert!(key(&[]).is_alive(end - chrono::Duration::microseconds(1)));
        assert!(!key(&[]).is_alive(end));
    }

    #[test]
    fn a_revoked_key_is_not_alive() {
        let revoked = ApiKey { expires_at: None, revoked_at: Some(DateTime::UNIX_EPOCH), ..key(&[]) };
        assert!(!revoked.is_alive(DateTime::UNIX_EPOCH));
    }
}
