//! Which user a request is about, and which side of the profile.

use profile_domain::users::{
    Business, BusinessId, Caller, User, UserId, UserView, Username,
    policy::{self, NamedBusiness, ProfileScope},
};
use profile_domain::{Claim, OverrideKey, Saved, users::Override};
use profile_ports::Unavailable;

use super::UserRefusal;
use crate::Ports;

/// How a path names a user: an id, a username in any case, or `me`. Ids and usernames differ by their characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserSelector {
    /// The user behind the credential.
    Me,
    /// By id.
    Id(UserId),
    /// By username, in its looked-up form.
    Name(String),
    /// What is neither an id nor a username names nobody, and no store is asked for it.
    Nobody,
}

impl UserSelector {
    /// Reads the part of a path.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text == "me" {
            return Self::Me;
        }
        if let Ok(id) = UserId::try_from(text) {
            return Self::Id(id);
        }
        if Username::is_well_formed(text) { Self::Name(Username::key_of(text)) } else { Self::Nobody }
    }

    /// Checks that whoever asks for `me` is a user: nobody else has a profile of their own (contract users, section 13). This comes
    /// before account and permission are looked at.
    ///
    /// # Errors
    /// [`UserRefusal::UserTokenRequired`].
    pub fn check_own(&self, caller: &Caller) -> Result<(), UserRefusal> {
        let is_own = *self == Self::Me;
        if is_own && caller.user().is_none() { Err(UserRefusal::UserTokenRequired) } else { Ok(()) }
    }
}

/// What the policy asks to know about an account that a request names.
pub(super) struct Known {
    business: Option<Business>,
    caller: Option<User>,
}

impl Known {
    /// Looks up only what the kind of credential makes necessary.
    pub(super) async fn about(
        ports: &Ports,
        credential: &Caller,
        asked: Option<&BusinessId>,
    ) -> Result<Self, Unavailable> {
        let mut known = Self { business: None, caller: None };
        match (credential, asked) {
            (Caller::User { user, .. }, Some(_)) => known.caller = ports.find::<User>(user).await?,
            (Caller::Account { account, .. }, Some(asked)) if account != asked => {
                known.business = ports.find::<Business>(asked).await?;
            }
            _ => {}
        }
        Ok(known)
    }

    pub(super) fn asked<'a>(&'a self, asked: Option<&'a BusinessId>) -> Option<NamedBusiness<'a>> {
        asked.map(|id| NamedBusiness { id, business: self.business.as_ref() })
    }

    pub(super) const fn caller(&self) -> Option<&User> {
        self.caller.as_ref()
    }
}

/// The user whom `which` means, if they show on `side`.
pub(super) async fn find(
    ports: &Ports,
    credential: &Caller,
    which: &UserSelector,
    side: &ProfileScope,
) -> Result<Saved<User>, UserRefusal> {
    let found = match which {
        UserSelector::Me => match credential.user() {
            Some(id) => ports.find_saved::<User>(id).await?,
            None => None,
        },
        UserSelector::Id(id) => ports.find_saved::<User>(id).await?,
        UserSelector::Name(key) => ports.find_claimed::<User>(&Claim::username(key)).await?,
        UserSelector::Nobody => None,
    };
    found.filter(|user| policy::shows_on(side, user)).ok_or(UserRefusal::NotFound)
}

/// `user` as `side` sees them.
pub(super) async fn view(ports: &Ports, user: User, side: &ProfileScope) -> Result<UserView, Unavailable> {
    let over = match side {
        ProfileScope::Global => None,
        ProfileScope::Business(account) => {
            ports.find::<Override>(&OverrideKey { user: user.id.clone(), account: account.clone() }).await?
        }
    };
    Ok(UserView::of(user, over.as_ref()))
}
