//! The user: one public profile, the same everywhere but where a business overrides it.

use chrono::{DateTime, Utc};

use super::{
    BusinessId, Holding, OverridePatch, Picture, UserId, Username, UsernameFault, fields, text_rules,
};
use crate::{
    Patch, PersonId, Record, Text, Violation,
    change::{Facet, FieldChange, Value},
    field::Field,
};

/// State of an identity check, as the contract shows it (contract users, section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityStatus {
    /// Nothing has been handed in.
    NotStarted,
    /// It is being looked at.
    Pending,
    /// Passed.
    Approved,
    /// Not passed.
    Rejected,
}

impl IdentityStatus {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// Reads a name; the two that the identity provider has beyond ours mean that it is still being looked at.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "not_started" => Some(Self::NotStarted),
            "pending" | "manual_review" | "action_required" => Some(Self::Pending),
            "approved" => Some(Self::Approved),
            "rejected" => Some(Self::Rejected),
            _ => None,
        }
    }
}

/// The identity checks of a user; absent until there is an identity profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verification {
    /// Of the person.
    pub individual: Option<IdentityStatus>,
    /// Of the person's business.
    pub business: Option<IdentityStatus>,
}

/// A profile elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocialLink {
    /// Which site (contract users, section 9).
    pub website: String,
    /// Where.
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

/// A partial update of the global profile, trimmed and checked when [`User::updated`] applies it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserPatch {
    /// `null` removes it.
    pub name: Patch<Text>,
    /// `null` and blank remove it.
    pub bio: Patch<Text>,
    /// Cannot be null; the contract's dated versions refuse that, and the first one ignores it.
    pub username: Patch<Text>,
    /// `null` removes it.
    pub picture: Patch<Picture>,
    /// `null` removes it.
    pub banner: Patch<Picture>,
}

impl UserPatch {
    /// The same update for the side of a business, which can only show another name and picture.
    ///
    /// # Errors
    /// The first field that cannot be overridden.
    pub fn for_override(self) -> Result<OverridePatch, Field> {
        let Self { name, bio, username, picture, banner } = self;
        let others = [
            (fields::BIO, bio.is_absent()),
            (fields::USERNAME, username.is_absent()),
            (fields::BANNER, banner.is_absent()),
        ];
        match others.into_iter().find(|(_, absent)| !absent) {
            Some((field, _)) => Err(field),
            None => Ok(OverridePatch { name, picture }),
        }
    }
}

/// Why an update of a user is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserFault {
    /// A field breaks its rule.
    Field(Violation),
    /// The username is one of the reserved ones.
    Reserved,
}

impl User {
    /// Whether the user belongs to `account`.
    #[must_use]
    pub fn belongs_to(&self, account: &BusinessId) -> bool {
        self.accounts.contains(account)
    }

    /// The next version with `patch` applied.
    ///
    /// # Errors
    /// The first broken rule, in the order of the contract's table.
    pub fn updated(&self, patch: &UserPatch) -> Result<Self, UserFault> {
        let broken = |field: Field| move |problem| UserFault::Field(Violation::new(field.name, problem));
        let UserPatch { name, bio, username, picture, banner } = patch;
        let mut next = self.clone();
        match name {
            Patch::Absent => {}
            Patch::Null => next.name = None,
            Patch::Value(name) => {
                next.name = Some(text_rules::line(&fields::NAME, name).map_err(broken(fields::NAME))?);
            }
        }
        match bio {
            Patch::Absent => {}
            Patch::Null => next.bio = None,
            Patch::Value(bio) => {
                let bio = text_rules::paragraph(&fields::BIO, bio).map_err(broken(fields::BIO))?;
                next.bio = Some(bio).filter(|bio| !bio.is_empty());
            }
        }
        match username {
            Patch::Absent => {}
            Patch::Null => return Err(broken(fields::USERNAME)("must be a string".to_owned())),
            Patch::Value(username) => {
                next.username = Username::try_from(username).map_err(|fault| match fault {
                    UsernameFault::Malformed => broken(fields::USERNAME)(fault.to_string()),
                    UsernameFault::Reserved => UserFault::Reserved,
                })?;
            }
        }
        picture.write_to_optional(&mut next.picture);
        banner.write_to_optional(&mut next.banner);
        if next != *self {
            next.version += 1;
        }
        Ok(next)
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
        let optional = |text: &Option<Text>| text.clone().map_or(Value::Null, Value::Text);
        let status =
            |status: Option<IdentityStatus>| status.map_or(Value::Null, |status| Value::word(status.name()));
        let link = |link: &SocialLink| {
            let SocialLink { website, url, username, verified } = link;
            Value::List(vec![
                Value::word(website),
                Value::Text(url.clone()),
                optional(username),
                Value::Flag(*verified),
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

impl Record for User {
    const FACET: Facet = Facet::User;

    fn key(&self) -> String {
        self.id.to_string()
    }

    fn person(&self) -> Option<PersonId> {
        Some(self.person)
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn changes_since(&self, earlier: Option<&Self>) -> Vec<FieldChange> {
        FieldChange::between(earlier.map(Self::values), self.values())
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;

    fn text(characters: &str) -> Text {
        Text::try_from(characters).unwrap()
    }

    fn user() -> User {
        User {
            id: UserId::try_from("user_4hTq81LmZp0Va").unwrap(),
            person: PersonId(Uuid::nil()),
            version: 1,
            username: Username::try_from(&text("Nora-Vale")).unwrap(),
            name: Some(text("Nora Vale")),
            bio: None,
            picture: None,
            banner: None,
            email: None,
            created_at: DateTime::UNIX_EPOCH,
            accounts: Vec::new(),
            verification: Verification::default(),
            social_links: Vec::new(),
            holdings: Vec::new(),
        }
    }

    fn updated(patch: impl Into<Box<UserPatch>>) -> Result<User, UserFault> {
        user().updated(&patch.into())
    }

    #[test]
    fn only_a_change_makes_a_version() {
        assert_eq!(updated(UserPatch::default()).unwrap().version, 1);
        let same =
            UserPatch { name: Some(text(" Nora Vale ")).into(), bio: Patch::Null, ..UserPatch::default() };
        assert_eq!(updated(same).unwrap().version, 1);
        let other_case = UserPatch { username: Some(text("nora-vale")).into(), ..UserPatch::default() };
        assert_eq!(updated(other_case).unwrap().version, 2);
    }

    #[test]
    fn null_and_blank_clear_what_may_be_cleared() {
        assert_eq!(updated(UserPatch { name: Patch::Null, ..UserPatch::default() }).unwrap().name, None);
        assert_eq!(
            updated(UserPatch { bio: Some(text("  ")).into(), ..UserPatch::default() }).unwrap().bio,
            None
        );
        for refused in [
            UserPatch { name: Some(text(" ")).into(), ..UserPatch::default() },
            UserPatch { username: Patch::Null, ..UserPatch::default() },
            UserPatch { bio: Some(text(&"x".repeat(1001))).into(), ..UserPatch::default() },
        ] {
            assert!(matches!(updated(refused), Err(UserFault::Field(_))));
        }
        let reserved = UserPatch { username: Some(text("Admin")).into(), ..UserPatch::default() };
        assert_eq!(updated(reserved), Err(UserFault::Reserved));
    }

    #[test]
    fn only_name_and_picture_can_be_overridden() {
        let name = UserPatch { name: Patch::Null, ..UserPatch::default() };
        assert_eq!(name.for_override(), Ok(OverridePatch { name: Patch::Null, ..OverridePatch::default() }));
        let bio = UserPatch { name: Patch::Null, bio: Patch::Null, ..UserPatch::default() };
        assert_eq!(bio.for_override(), Err(fields::BIO));
    }
}
