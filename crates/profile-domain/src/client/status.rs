//! What the system allows a client (contract client, section 5).

/// A system status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemStatus {
    /// Everything.
    Enabled,
    /// Nothing.
    Disabled,
    /// Nothing any more.
    Closed,
    /// Positions may only be closed.
    WindDown,
    /// An identity check is due.
    NeedsKycVerification,
    /// No wallets.
    WalletsDisabled,
    /// No accounts.
    AccountsDisabled,
}

impl SystemStatus {
    /// The names of all of them.
    pub(crate) const NAMES: [&'static str; 7] = [
        Self::Enabled.name(),
        Self::Disabled.name(),
        Self::Closed.name(),
        Self::WindDown.name(),
        Self::NeedsKycVerification.name(),
        Self::WalletsDisabled.name(),
        Self::AccountsDisabled.name(),
    ];

    const ALL: [Self; 7] = [
        Self::Enabled,
        Self::Disabled,
        Self::Closed,
        Self::WindDown,
        Self::NeedsKycVerification,
        Self::WalletsDisabled,
        Self::AccountsDisabled,
    ];

    /// The name on the wire and in the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Closed => "closed",
            Self::WindDown => "wind_down",
            Self::NeedsKycVerification => "needs_kyc_verification",
            Self::WalletsDisabled => "wallets_disabled",
            Self::AccountsDisabled => "accounts_disabled",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}
