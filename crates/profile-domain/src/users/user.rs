//! The user: one public profile, the same everywhere but where a business overrides it.

use chrono::{DateTime, Utc};

use super::{BusinessId, Holding, IdentityStatus, Picture, UserId, Username, Verification, fields};
use crate::{PersonId, Text, change::Value, field::Field, search::folded};

/// A profile elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocialLink {
    /// Which site (contract users, section 9).
    pub website: String,
    /// The address of the profile there.
    pub url: Text,
    /// The name there.
    pub username: Option<Text>,
    /// Whether the site has confirmed it.
    pub verified: bool,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Never reused.
    pub id: UserId,
    /// The human being.
    pub person: PersonId,
    /// Counts from 1.
    pub version: i64,
    /// Unique without regard to case.
    pub username: Username,
    /// Display name.
    pub name: Option<Text>,
    /// About the user.
    pub bio: Option<Text>,
    /// Picture; a generated one shows where there is none.
    pub picture: Option<Picture>,
    /// Wide picture above the profile.
    pub banner: Option<Picture>,
    /// Shown only to the user.
    pub email: Option<Text>,
    /// Creation of the account.
    pub created_at: DateTime<Utc>,
    /// The businesses that the user belongs to.
    pub accounts: Vec<BusinessId>,
    /// Identity checks.
    pub verification: Verification,
    /// Profiles elsewhere.
    pub social_links: Vec<SocialLink>,
    /// What the user holds.
    pub holdings: Vec<Holding>,
}

impl SocialLink {
    /// The sites that there are (contract users, section 9).
    pub const WEBSITES: [&str; 8] =
        ["x", "instagram", "facebook", "tiktok", "youtube", "linkedin", "twitch", "website"];
}

impl User {
    /// Whether the user belongs to `account`.
    #[must_use]
    pub fn belongs_to(&self, account: &BusinessId) -> bool {
        self.accounts.contains(account)
    }

    /// The name as searches compare it; empty if there is none.
    #[must_use]
    pub fn folded_name(&self) -> String {
        self.name.as_ref().map(|name| folded(name.as_str())).unwrap_or_default()
    }

    /// Every recorded field with its value.
    #[must_use]
    pub fn values(&self) -> [(Field, Value); 12] {
        let Self {
            id: _,
            person: _,
            version: _,
            username,
            name,
            bio,
            picture,
            banner,
            email,
            created_at,
            accounts,
            verification,
            social_links,
            holdings,
        } = self;
        let optional = |text: &Option<Text>| Value::optional(text.as_ref());
        let status =
            |status: Option<IdentityStatus>| status.map_or(Value::Null, |status| Value::word(status.name()));
        let link = |link: &SocialLink| {
            let SocialLink { website, url, username, verified } = link;
            Value::object([
                ("website", Value::word(website)),
                ("url", Value::Text(url.clone())),
                ("username", optional(username)),
                ("verified", Value::Flag(*verified)),
            ])
        };
        [
            (fields::USERNAME, Value::Text(username.as_typed().clone())),
            (fields::NAME, optional(name)),
            (fields::BIO, optional(bio)),
            (fields::PICTURE, Picture::value(picture.as_ref())),
            (fields::BANNER, Picture::value(banner.as_ref())),
            (fields::EMAIL, optional(email)),
            (fields::CREATED_AT, Value::moment(*created_at)),
            (
                fields::ACCOUNTS,
                Value::List(accounts.iter().map(|account| Value::word(account.as_str())).collect()),
            ),
            (fields::VERIFICATION_INDIVIDUAL, status(verification.individual)),
            (fields::VERIFICATION_BUSINESS, status(verification.business)),
            (fields::SOCIAL_LINKS, Value::List(social_links.iter().map(link).collect())),
            (fields::HOLDINGS, Value::List(holdings.iter().map(Holding::recorded).collect())),
        ]
    }
}
