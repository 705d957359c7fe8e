//! What one business says over a user's profile, to its own members alone (contract users, section 4).

use garde::Validate;

use super::{BusinessId, Picture, UserId, fields};
use crate::{BrokenRule, Patch, PersonId, Text, Violation, change::Value, field::Field};

/// The override of one user by one business; nothing in it means that the global profile shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The user whose profile it overrides.
    pub user: UserId,
    /// Who shows it so.
    pub account: BusinessId,
    /// The human being behind the user.
    pub person: PersonId,
    /// Counts from 1.
    pub version: i64,
    /// Shown in place of the global name.
    pub name: Option<Text>,
    /// Shown in place of the global picture.
    pub picture: Option<Picture>,
}

/// A partial update of an override.
#[derive(Debug, Clone, Default, PartialEq, Eq, Validate)]
pub struct OverridePatch {
    /// `null` removes the override, and the global name shows again.
    #[garde(custom(fields::NAME.value_or_null()))]
    pub name: Patch<Text>,
    /// `null` removes it, and the global picture shows again.
    #[garde(skip)]
    pub picture: Patch<Picture>,
}

impl Override {
    /// An override that says nothing, before its first version.
    #[must_use]
    pub const fn new(user: UserId, account: BusinessId, person: PersonId) -> Self {
        Self { user, account, person, version: 0, name: None, picture: None }
    }

    /// The next version with `patch` applied; the same version where nothing changes.
    ///
    /// # Errors
    /// The broken rule.
    pub fn updated(&self, patch: &OverridePatch) -> Result<Self, Violation> {
        if let Err(report) = patch.validate()
            && let Some(broken) = BrokenRule::all_of(&report, &[fields::NAME]).first()
        {
            return Err(broken.in_words());
        }
        let OverridePatch { name, picture } = patch;
        let mut next = self.clone();
        name.cleaned(fields::NAME).write_to_optional(&mut next.name);
        picture.write_to_optional(&mut next.picture);
        if next != *self {
            next.version += 1;
        }
        Ok(next)
    }

    /// Returns every recorded field with its value.
    pub(crate) fn values(&self) -> [(Field, Value); 2] {
        let Self { user: _, account: _, person: _, version: _, name, picture } = self;
        [(fields::NAME, Value::optional(name.as_ref())), (fields::PICTURE, Picture::value(picture.as_ref()))]
    }
}
