//! The signed-in session that a token of the account contract stands for.

use super::{CustomerId, Login};

/// Who signed in (contract account, section 6, session type).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionKind {
    /// The holder of an account.
    User,
    /// A manager.
    Manager,
    /// A dealer.
    Dealer,
    /// An administrator.
    Admin,
    /// The trading system itself.
    System,
    /// A FIX connection.
    Fix,
    /// A customer, who may own several accounts.
    Customer,
    /// A manager of the customer desk.
    CrmManager,
    /// An administrator of the customer desk.
    CrmAdmin,
    /// A number that names no type.
    Unknown,
}

impl SessionKind {
    /// Every type that has a number, in the order of the numbers.
    pub const NUMBERED: [Self; 9] = [
        Self::User,
        Self::Manager,
        Self::Dealer,
        Self::Admin,
        Self::System,
        Self::Fix,
        Self::Customer,
        Self::CrmManager,
        Self::CrmAdmin,
    ];

    /// The type of a number.
    #[must_use]
    pub fn from_number(number: i64) -> Self {
        usize::try_from(number)
            .ok()
            .and_then(|number| Self::NUMBERED.get(number).copied())
            .unwrap_or(Self::Unknown)
    }
}

/// What a verified token says about its bearer; what is missing here the token did not carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenClaims {
    /// The session type.
    pub kind: SessionKind,
    /// The account, in a session of its holder.
    pub login: Option<Login>,
    /// The customer, in a session of theirs.
    pub customer_id: Option<CustomerId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_in_the_contract() {
        assert_eq!(SessionKind::from_number(0), SessionKind::User);
        assert_eq!(SessionKind::from_number(6), SessionKind::Customer);
        assert_eq!(SessionKind::from_number(8), SessionKind::CrmAdmin);
        for number in [-1, 9, i64::MAX, i64::MIN] {
            assert_eq!(SessionKind::from_number(number), SessionKind::Unknown);
        }
    }
}
