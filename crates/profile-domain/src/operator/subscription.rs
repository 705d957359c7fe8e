//! Subscriptions: where changes are sent to, and which of them (operator API page, section 10).

use std::fmt;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{Text, change::RecordKind, sealed::Sealed};

/// What the secret of a subscription begins with, as Standard Webhooks writes one.
pub const SECRET_PREFIX: &str = "whsec_";

/// Names a subscription: `sub_` and 14 letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriptionId(String);

/// The text is not `sub_` and 14 letters and digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be sub_ and 14 letters and digits")]
pub struct MalformedSubscriptionId;

impl SubscriptionId {
    /// What every such id begins with.
    pub const PREFIX: &'static str = "sub_";
    const CHARS: usize = 14;

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for SubscriptionId {
    type Error = MalformedSubscriptionId;

    fn try_from(text: &str) -> Result<Self, MalformedSubscriptionId> {
        let rest = text.strip_prefix(Self::PREFIX).ok_or(MalformedSubscriptionId)?;
        let fits = rest.len() == Self::CHARS && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if fits { Ok(Self(text.to_owned())) } else { Err(MalformedSubscriptionId) }
    }
}

impl fmt::Display for SubscriptionId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Which values of a change a subscription is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SubscriptionValues {
    /// Names of fields only.
    #[default]
    None,
    /// What a reader sees.
    Public,
    /// What support sees.
    Personal,
}

impl SubscriptionValues {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::None, Self::Public, Self::Personal];

    /// Returns the name on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Public => "public",
            Self::Personal => "personal",
        }
    }

    /// Returns the choice of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|values| values.name() == name)
    }
}

/// How deliveries to a subscription go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SubscriptionStatus {
    /// Nothing waits for a retry.
    #[default]
    Active,
    /// Something waits for a retry.
    Failing,
    /// Nothing is sent: an administrator wants it so, or the target is gone or has failed for too long.
    Disabled,
}

impl SubscriptionStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Active, Self::Failing, Self::Disabled];

    /// Returns the name on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Failing => "failing",
            Self::Disabled => "disabled",
        }
    }

    /// Returns the status of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// A header of the requests to a subscription's target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionHeader {
    /// The name, as it was given.
    pub name: String,
    /// The value, sealed by the service.
    pub value: Sealed,
}

/// A secret that was replaced and signs beside the new one for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldSecret {
    /// The secret, sealed by the service.
    pub secret: Sealed,
    /// Until when it signs.
    pub until: DateTime<Utc>,
}

/// A subscription. Its secrets and the values of its headers are sealed by the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// What names it.
    pub id: SubscriptionId,
    /// What people call it; 1 to 100 characters.
    pub name: Option<Text>,
    /// Where requests go. It may hold a token, so logs and metrics show its origin only.
    pub url: Text,
    /// Headers of the requests, in the order in which they were given; at most 10.
    pub headers: Vec<SubscriptionHeader>,
    /// Only changes of these kinds; of all if there are none.
    pub kinds: Vec<RecordKind>,
    /// Only changes that touch one of these fields; all if there are none.
    pub fields: Vec<String>,
    /// No changes by this actor.
    pub not_actor: Option<String>,
    /// Which values are sent.
    pub values: SubscriptionValues,
    /// The secret that signs, sealed.
    pub secret: Sealed,
    /// Secrets before it that sign too, the newest first.
    pub old_secrets: Vec<OldSecret>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Counts what administrators do with it; whoever delivers reads the subscription again when it has risen.
    pub revision: i64,
    /// How deliveries go.
    pub status: SubscriptionStatus,
    /// Up to where the feed was taken up; `None`: nothing of it was.
    pub position: Option<Uuid>,
    /// Since when something waits for a retry.
    pub failing_since: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_its_one_form() {
        assert!(SubscriptionId::try_from("sub_7fK2mQ9xLd4TzB").is_ok());
        for wrong in
            ["sub_7fK2mQ9xLd4Tz", "sub_7fK2mQ9xLd4TzBB", "opk_7fK2mQ9xLd4TzB", "sub_7fK2mQ9xLd4Tz_", ""]
        {
            assert_eq!(SubscriptionId::try_from(wrong), Err(MalformedSubscriptionId), "{wrong}");
        }
    }

    #[test]
    fn names_lead_back_to_what_they_name() {
        for values in SubscriptionValues::ALL {
            assert_eq!(SubscriptionValues::from_name(values.name()), Some(values));
        }
        for status in SubscriptionStatus::ALL {
            assert_eq!(SubscriptionStatus::from_name(status.name()), Some(status));
        }
        assert_eq!(SubscriptionStatus::from_name("Active"), None);
    }
}
