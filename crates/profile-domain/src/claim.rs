//! Values that only one living record may have.

use crate::change::RecordKind;

/// A value that its record claims for itself. Stores refuse a commit whose claim another record has.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Claim {
    /// The kind of record that claims it.
    pub kind: RecordKind,
    /// The field, as errors and the log name it.
    pub field: &'static str,
    /// The value, in the form in which values are compared.
    pub value: String,
}

impl Claim {
    /// Returns the claim of `value` for a field of a kind of record.
    pub fn new(kind: RecordKind, field: &'static str, value: impl Into<String>) -> Self {
        Self { kind, field, value: value.into() }
    }

    /// Returns the claim of a username, in the form in which usernames are compared.
    pub fn username(key: impl Into<String>) -> Self {
        Self::new(RecordKind::User, "username", key)
    }

    /// Returns the claim of an API key's keyed hash.
    pub fn secret(hash: impl Into<String>) -> Self {
        Self::new(RecordKind::ApiKey, "secret", hash)
    }

    /// Returns the claim of an upload's unguessable name.
    pub fn token(token: impl Into<String>) -> Self {
        Self::new(RecordKind::Upload, "token", token)
    }

    /// Returns the claim of what paths call a tenant.
    pub fn slug(slug: impl Into<String>) -> Self {
        Self::new(RecordKind::Tenant, "slug", slug)
    }

    /// Returns what of the claim is the same for every record of its kind.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(profile_domain::Claim::username("nora-vale").kind(), "user.username");
    /// ```
    #[must_use]
    pub fn kind(&self) -> String {
        format!("{}.{}", self.kind.name(), self.field)
    }
}
