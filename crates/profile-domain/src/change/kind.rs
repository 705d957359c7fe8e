//! The kinds of records, by the names that the log uses.

/// Separates the two parts of a key, as in `90:7` (operator page, section 5.2).
const SEPARATOR: char = ':';

/// Which kind of record changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RecordKind {
    /// A customer who owns trading accounts.
    Customer,
    /// A trading account.
    Account,
    /// A stored media file.
    File,
    /// A user of the marketplace.
    User,
    /// What a business says over a user.
    Override,
    /// A business.
    Business,
    /// An app.
    App,
    /// An API key's record.
    ApiKey,
    /// A file that a caller of the users contract uploads.
    Upload,
    /// A client of a regulated broker.
    Client,
    /// A language of the workspace.
    Language,
    /// A tenant of the workspace.
    Tenant,
    /// A brand of a tenant.
    Brand,
    /// A group of a tenant.
    Group,
    /// A member of the workspace.
    Member,
    /// A member's record in one tenant.
    Membership,
}

impl RecordKind {
    /// Every kind.
    pub const ALL: [Self; 16] = [
        Self::Customer,
        Self::Account,
        Self::File,
        Self::User,
        Self::Override,
        Self::Business,
        Self::App,
        Self::ApiKey,
        Self::Upload,
        Self::Client,
        Self::Language,
        Self::Tenant,
        Self::Brand,
        Self::Group,
        Self::Member,
        Self::Membership,
    ];

    /// Returns the name in the log, in the store and in metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Account => "account",
            Self::File => "file",
            Self::User => "user",
            Self::Override => "override",
            Self::Business => "business",
            Self::App => "app",
            Self::ApiKey => "api_key",
            Self::Upload => "upload",
            Self::Client => "client",
            Self::Language => "language",
            Self::Tenant => "tenant",
            Self::Brand => "brand",
            Self::Group => "group",
            Self::Member => "member",
            Self::Membership => "membership",
        }
    }

    /// Returns the kind of a stored name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Returns the root of the record with this key: the user's id for an override, the member's id for a membership, and
    /// the key itself for every other kind. All records of one root are stored together.
    #[must_use]
    pub fn root_of(self, key: &str) -> &str {
        match self {
            Self::Override | Self::Membership => split_key(key).map_or(key, |(root, _)| root),
            _ => key,
        }
    }
}

/// Joins the two parts of the key of an override or a membership.
#[must_use]
pub fn joined_key(root: impl std::fmt::Display, rest: impl std::fmt::Display) -> String {
    format!("{root}{SEPARATOR}{rest}")
}

/// Splits the key of an override or a membership into its two parts; `None` for text without a separator.
#[must_use]
pub fn split_key(key: &str) -> Option<(&str, &str)> {
    key.split_once(SEPARATOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_back_to_its_kind() {
        for kind in RecordKind::ALL {
            assert_eq!(RecordKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(RecordKind::from_name("Account"), None);
    }

    #[test]
    fn the_root_is_the_first_part_of_a_joined_key() {
        let key = joined_key("user_4hTq81LmZp0Va", "biz_9QeRtYu2IoPlKj");
        assert_eq!(key, "user_4hTq81LmZp0Va:biz_9QeRtYu2IoPlKj");
        assert_eq!(RecordKind::Override.root_of(&key), "user_4hTq81LmZp0Va");
        assert_eq!(RecordKind::Membership.root_of("90:7"), "90");
        assert_eq!(RecordKind::Member.root_of("90"), "90");
        assert_eq!(RecordKind::Account.root_of("70021"), "70021");
    }
}
