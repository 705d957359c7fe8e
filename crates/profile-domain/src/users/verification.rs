//! State of a user's identity checks, as the contract shows it (contract users, section 9).

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
