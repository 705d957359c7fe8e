//! What a caller of the users contract holds (contract users, section 5).

use std::collections::BTreeSet;

use super::{App, BusinessId, UploadOwner, UserId};

/// Permission to change profiles.
pub(super) const PROFILE_UPDATE: &str = "user:profile:update";
/// Permission to see the own e-mail address.
pub const EMAIL_READ: &str = "user:email:read";
/// Permission to see the own balances.
pub const BALANCE_READ: &str = "user:balance:read";

/// The permissions of a credential, by their exact names; no wildcards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<String>);

impl Scopes {
    /// Every permission that this service knows.
    pub const ALL: [&'static str; 3] = [PROFILE_UPDATE, EMAIL_READ, BALANCE_READ];

    /// Whether `permission` is among them.
    #[must_use]
    pub fn has(&self, permission: &str) -> bool {
        self.0.contains(permission)
    }
}

impl<T: Into<String>> FromIterator<T> for Scopes {
    fn from_iter<I: IntoIterator<Item = T>>(names: I) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }
}

/// A verified credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// A user's own token.
    User {
        /// The user whose token it is.
        user: UserId,
        /// What it is for.
        scopes: Scopes,
    },
    /// A user's token for one business.
    AccountUser {
        /// The user whose token it is.
        user: UserId,
        /// The only business that the token is good for.
        account: BusinessId,
        /// What it is for.
        scopes: Scopes,
    },
    /// A business itself, by key or token.
    Account {
        /// The business whose credential it is.
        account: BusinessId,
        /// What it is for.
        scopes: Scopes,
    },
    /// An app, by its key.
    App {
        /// The app, with the businesses that have installed it.
        app: App,
        /// What the key is for.
        scopes: Scopes,
    },
}

impl Caller {
    /// The permissions of the credential itself.
    #[must_use]
    pub const fn scopes(&self) -> &Scopes {
        match self {
            Self::User { scopes, .. }
            | Self::AccountUser { scopes, .. }
            | Self::Account { scopes, .. }
            | Self::App { scopes, .. } => scopes,
        }
    }

    /// The user whom `me` means, if there is one behind the credential.
    #[must_use]
    pub const fn user(&self) -> Option<&UserId> {
        match self {
            Self::User { user, .. } | Self::AccountUser { user, .. } => Some(user),
            Self::Account { .. } | Self::App { .. } => None,
        }
    }

    /// Whose the files are that this caller uploads: the user's, or the business's or app's own.
    #[must_use]
    pub fn upload_owner(&self) -> UploadOwner {
        match self {
            Self::User { user, .. } | Self::AccountUser { user, .. } => UploadOwner::User(user.clone()),
            Self::Account { account, .. } => UploadOwner::Business(account.clone()),
            Self::App { app, .. } => UploadOwner::App(app.id.clone()),
        }
    }

    /// Returns how the log names this caller (operator page, section 5.1).
    #[must_use]
    pub fn actor(&self) -> String {
        match self {
            Self::User { user, .. } => format!("user:{user}"),
            Self::AccountUser { user, account, .. } => format!("user:{user}@{account}"),
            Self::Account { account, .. } => format!("business:{account}"),
            Self::App { app, .. } => format!("app:{}", app.id),
        }
    }
}
