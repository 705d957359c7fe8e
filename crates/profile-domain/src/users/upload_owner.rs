//! Whose an uploaded file is (contract users, section 8).

use super::{AppId, BusinessId, UserId};

/// Whose an upload is. Nobody else can read or attach it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadOwner {
    /// A user, by whichever token.
    User(UserId),
    /// A business, by key or token.
    Business(BusinessId),
    /// An app, by its key.
    App(AppId),
}

impl UploadOwner {
    /// The owner's id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::User(id) => id.as_str(),
            Self::Business(id) => id.as_str(),
            Self::App(id) => id.as_str(),
        }
    }

    /// Returns how the log names the owner as a caller (operator page, section 5.1).
    #[must_use]
    pub fn actor(&self) -> String {
        match self {
            Self::User(id) => format!("user:{id}"),
            Self::Business(id) => format!("business:{id}"),
            Self::App(id) => format!("app:{id}"),
        }
    }

    /// Reads an owner's id of any kind.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let user = UserId::try_from(text).map(Self::User);
        let business = user.or_else(|_| BusinessId::try_from(text).map(Self::Business));
        business.or_else(|_| AppId::try_from(text).map(Self::App)).ok()
    }
}
