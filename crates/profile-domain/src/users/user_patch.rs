//! What may be changed of a user: the rules, and the next version (contract users, section 4).

use garde::Validate;

use super::{OverridePatch, Picture, User, Username, fields};
use crate::{BrokenRule, Patch, Text, Violation, field::Field, rule::Fault};

/// A partial update of the global profile, trimmed and checked when [`User::updated`] applies it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Validate)]
pub struct UserPatch {
    /// `null` removes it.
    #[garde(custom(fields::NAME.value_or_null()))]
    pub name: Patch<Text>,
    /// `null` and blank remove it.
    #[garde(custom(fields::BIO.value_or_null()))]
    pub bio: Patch<Text>,
    /// Cannot be null; the contract's dated versions refuse that, and the first one ignores it.
    #[garde(custom(fields::USERNAME.value()))]
    pub username: Patch<Text>,
    /// `null` removes it.
    #[garde(skip)]
    pub picture: Patch<Picture>,
    /// `null` removes it.
    #[garde(skip)]
    pub banner: Patch<Picture>,
}

/// The order in which an update is checked.
const UPDATE: [Field; 3] = [fields::NAME, fields::BIO, fields::USERNAME];

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
    /// The next version with `patch` applied.
    ///
    /// # Errors
    /// The first broken rule, in the order of the contract's table.
    pub fn updated(&self, patch: &UserPatch) -> Result<Self, UserFault> {
        if let Err(report) = patch.validate()
            && let Some(broken) = BrokenRule::all_of(&report, &UPDATE).first()
        {
            let is_reserved = broken.fault == Fault::Reserved;
            return Err(if is_reserved { UserFault::Reserved } else { UserFault::Field(broken.in_words()) });
        }
        let UserPatch { name, bio, username, picture, banner } = patch;
        let mut next = self.clone();
        name.cleaned(fields::NAME).write_to_optional(&mut next.name);
        bio.cleaned(fields::BIO).write_to_optional(&mut next.bio);
        next.bio = next.bio.filter(|bio| !bio.is_empty());
        if let Some(Ok(username)) = username.value().map(Username::try_from) {
            next.username = username;
        }
        picture.write_to_optional(&mut next.picture);
        banner.write_to_optional(&mut next.banner);
        if next != *self {
            next.version += 1;
        }
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::{
        super::{UserId, Verification},
        *,
    };
    use crate::PersonId;

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
