//! What denies a field to a caller of a contract, by the names of the operator API page, section 7.

use crate::{
    account::policy::Rule as AccountRule, client::policy::Rule as ClientRule,
    tenant::policy::Rule as TenantRule, users::policy::Rule as UsersRule,
};

/// A contract that people and programs call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contract {
    /// Trading accounts.
    Account,
    /// Public users.
    Users,
    /// Clients of a broker.
    Client,
    /// Members of workspaces.
    Tenant,
}

/// Why a caller of a contract does not write or read a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// A rule of the account contract.
    Account(AccountRule),
    /// A rule of the users contract.
    Users(UsersRule),
    /// A rule of the client contract.
    Client(ClientRule),
    /// The record is another client's.
    OtherClient,
    /// A rule of the tenant contract.
    Tenant(TenantRule),
    /// The record is another member's.
    OtherMember,
    /// No request of the contract changes the field, or no answer shows it.
    NotOffered(Contract),
}

impl Denial {
    /// Returns the name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Account(AccountRule::SessionType) => "account.session_type",
            Self::Account(AccountRule::OtherAccount) => "account.other_account",
            Self::Account(AccountRule::AccountDisabled) => "account.account_disabled",
            Self::Account(AccountRule::CustomerDisabled) => "account.customer_disabled",
            Self::Users(UsersRule::Permission) => "users.permission",
            Self::Users(UsersRule::Account) => "users.account",
            Self::Users(UsersRule::OtherUser) => "users.other_user",
            Self::Client(ClientRule::NoClient) => "client.no_client",
            Self::Client(ClientRule::Closed) => "client.closed",
            Self::OtherClient => "client.other_client",
            Self::Tenant(TenantRule::Deleted) => "tenant.deleted",
            Self::Tenant(TenantRule::NotActive) => "tenant.not_active",
            Self::Tenant(TenantRule::RoleTooLow) => "tenant.role_too_low",
            Self::OtherMember => "tenant.other_member",
            Self::NotOffered(Contract::Account) => "account.not_offered",
            Self::NotOffered(Contract::Users) => "users.not_offered",
            Self::NotOffered(Contract::Client) => "client.not_offered",
            Self::NotOffered(Contract::Tenant) => "tenant.not_offered",
        }
    }
}

impl From<AccountRule> for Denial {
    fn from(rule: AccountRule) -> Self {
        Self::Account(rule)
    }
}

impl From<UsersRule> for Denial {
    fn from(rule: UsersRule) -> Self {
        Self::Users(rule)
    }
}

impl From<ClientRule> for Denial {
    fn from(rule: ClientRule) -> Self {
        Self::Client(rule)
    }
}

impl From<TenantRule> for Denial {
    fn from(rule: TenantRule) -> Self {
        Self::Tenant(rule)
    }
}
