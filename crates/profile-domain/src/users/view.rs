//! A user as one side sees it: the global profile, with what a business says over it.

use super::{Initials, Override, Picture, User};
use crate::Text;

/// The merged view. Only the name and the picture can be overridden; everything else is always the global one
/// (contract users, sections 3 and 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserView {
    /// The user, whose own name may be another than the shown one.
    pub user: User,
    /// The name that shows.
    pub name: Option<Text>,
    /// The picture that shows.
    pub picture: Option<Picture>,
}

impl UserView {
    /// The view without, or through, an override. What an override does not say, the global profile says.
    #[must_use]
    pub fn of(user: User, over: Option<&Override>) -> Self {
        let name = over.and_then(|over| over.name.clone()).or_else(|| user.name.clone());
        let picture = over.and_then(|over| over.picture.clone()).or_else(|| user.picture.clone());
        Self { user, name, picture }
    }

    /// The letters of a placeholder picture, from the shown name or else the username.
    #[must_use]
    pub fn initials(&self) -> Initials {
        Initials::of(self.name.as_ref().unwrap_or(self.user.username.as_typed()).as_str())
    }
}
