//! The callers of the contracts by the names that changes give them (operator API page, section 2).

use uuid::Uuid;

use crate::{
    Keyed,
    account::{Account, Customer, policy::Caller as AccountCaller},
    client::Client,
    tenant::{Member, Tenant, policy::TokenClaims as MemberClaims},
    users::{AppId, BusinessId, UserId},
};

/// A caller of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContractActor {
    /// The holder of a trading account, or a customer.
    Account(AccountCaller),
    /// A user, maybe with a token for one business.
    User {
        /// The user.
        user: UserId,
        /// The only business that the token is good for.
        account: Option<BusinessId>,
    },
    /// A business.
    Business(BusinessId),
    /// An app.
    App(AppId),
    /// A client.
    Client(Uuid),
    /// A member of the broker's staff.
    Staff(String),
    /// A member of a workspace, maybe with a token for one tenant.
    Member(MemberClaims),
}

impl ContractActor {
    /// Reads a name; `None` for every other text, also for operators and for the service itself.
    ///
    /// # Examples
    /// ```
    /// use profile_domain::operator::capabilities::ContractActor;
    ///
    /// assert!(ContractActor::parse("account-user:70021").is_some());
    /// assert_eq!(ContractActor::parse("account-user:070021"), None);
    /// assert_eq!(ContractActor::parse("operator"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, name) = text.split_once(':')?;
        match kind {
            "account-user" => Account::parse_key(name).map(AccountCaller::Holder).map(Self::Account),
            "account-customer" => Customer::parse_key(name).map(AccountCaller::Owner).map(Self::Account),
            "user" => {
                let (user, account) = with_place(name, |account| account.try_into().ok())?;
                Some(Self::User { user: user.try_into().ok()?, account })
            }
            "business" => name.try_into().ok().map(Self::Business),
            "app" => name.try_into().ok().map(Self::App),
            "client" => Client::parse_key(name).map(Self::Client),
            // The contract accepts every name that is not blank (contract client, section 2).
            "client-staff" => {
                let is_name = !name.trim().is_empty() && !name.contains('\0');
                is_name.then(|| Self::Staff(name.to_owned()))
            }
            "member" => {
                let (member, tenant_id) = with_place(name, Tenant::parse_key)?;
                Some(Self::Member(MemberClaims { member_id: Member::parse_key(member)?, tenant_id }))
            }
            _ => None,
        }
    }
}

/// Splits a name from the place behind its `@`, if it has one; `None` if that is no place.
fn with_place<'a, T>(name: &'a str, parse: impl Fn(&'a str) -> Option<T>) -> Option<(&'a str, Option<T>)> {
    match name.split_once('@') {
        None => Some((name, None)),
        Some((name, place)) => Some((name, Some(parse(place)?))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_caller_is_read_in_its_one_form() {
        for name in [
            "account-user:70021",
            "account-customer:42",
            "user:user_4hTq81LmZp0Va",
            "user:user_4hTq81LmZp0Va@biz_9QeRtYu2IoPlKj",
            "business:biz_9QeRtYu2IoPlKj",
            "app:app_1aB2cD3eF4gH5i",
            "client:8f2b6c1e-0d3a-4a55-9c77-5e1f2a3b4c5d",
            "client-staff:amy: the first",
            "member:90",
            "member:90@7",
        ] {
            assert!(ContractActor::parse(name).is_some(), "{name}");
        }
    }

    #[test]
    fn everything_else_is_no_caller_of_a_contract() {
        for name in [
            "",
            "operator",
            "operator:opk_7fK2mQ9xLd4TzB",
            "service",
            "account-user:",
            "account-user:070021",
            "account-user:-1",
            "account-user:2147483648",
            "account-customer:x",
            "Account-User:70021",
            "user:biz_9QeRtYu2IoPlKj",
            "user:user_4hTq81LmZp0Va@",
            "user:user_4hTq81LmZp0Va@7",
            "business:app_1aB2cD3eF4gH5i",
            "app:app_1",
            "client:8F2B6C1E-0D3A-4A55-9C77-5E1F2A3B4C5D",
            "client-staff: ",
            "member:90@acme",
            "member:+90",
            "member:90@7@8",
            " member:90",
        ] {
            assert_eq!(ContractActor::parse(name), None, "{name}");
        }
    }
}
