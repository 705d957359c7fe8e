//! Who may do what with a trading account; everything that is not granted here is denied.

use super::{Account, Customer, CustomerId, Login, SessionKind, TokenClaims};

/// Why a known caller is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// The session type has no access to the operation (contract account, section 4).
    #[error("this session cannot do that")]
    SessionType,
    /// The account is not the session's own (contract account, section 4.1).
    #[error("this session cannot update the account")]
    OtherAccount,
    /// The account is disabled.
    #[error("the account is disabled")]
    AccountDisabled,
    /// The customer is disabled.
    #[error("the customer is disabled")]
    CustomerDisabled,
}

/// Why a session gives no caller for an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoCaller {
    /// The session type is not allowed.
    Denied(Rule),
    /// The type is allowed, but the token does not say whose session it is.
    Anonymous,
}

/// A caller who may change profiles and upload avatars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// The holder of one account.
    Holder(Login),
    /// A customer, for the accounts they own.
    Owner(CustomerId),
}

impl Caller {
    /// Returns how the log names this caller (operator page, section 5.1).
    #[must_use]
    pub fn actor(self) -> String {
        match self {
            Self::Holder(login) => format!("account-user:{}", login.number()),
            Self::Owner(customer) => format!("account-customer:{}", customer.0),
        }
    }
}

/// The editor behind a session.
///
/// # Errors
/// [`NoCaller`] for every other type, and for a token that does not say whose it is.
pub fn editor(claims: &TokenClaims) -> Result<Caller, NoCaller> {
    match claims.kind {
        SessionKind::User => claims.login.map(Caller::Holder).ok_or(NoCaller::Anonymous),
        SessionKind::Customer => claims.customer_id.map(Caller::Owner).ok_or(NoCaller::Anonymous),
        SessionKind::Manager
        | SessionKind::Dealer
        | SessionKind::Admin
        | SessionKind::System
        | SessionKind::Fix
        | SessionKind::CrmManager
        | SessionKind::CrmAdmin
        | SessionKind::Unknown => Err(NoCaller::Denied(Rule::SessionType)),
    }
}

/// The holder behind a session; only a holder may read the whole account.
///
/// # Errors
/// As for [`editor`].
pub fn holder(claims: &TokenClaims) -> Result<Login, NoCaller> {
    match claims.kind {
        SessionKind::User => claims.login.ok_or(NoCaller::Anonymous),
        _ => Err(NoCaller::Denied(Rule::SessionType)),
    }
}

/// The customer behind a session.
///
/// # Errors
/// As for [`editor`].
pub fn customer(claims: &TokenClaims) -> Result<CustomerId, NoCaller> {
    match claims.kind {
        SessionKind::Customer => claims.customer_id.ok_or(NoCaller::Anonymous),
        _ => Err(NoCaller::Denied(Rule::SessionType)),
    }
}

/// Decides whether a holder who named `asked` means an account of their own; whether `asked` exists makes no difference.
///
/// # Errors
/// [`Rule::OtherAccount`].
///
/// # Examples
/// ```
/// use profile_domain::account::{Login, policy::{Rule, holder_means_own}};
///
/// let [own, other] = [70021, 70022].map(|number| Login::try_from(number).unwrap());
/// assert_eq!(holder_means_own(own, None), Ok(()));
/// assert_eq!(holder_means_own(own, Some(other)), Err(Rule::OtherAccount));
/// ```
pub fn holder_means_own(own: Login, asked: Option<Login>) -> Result<(), Rule> {
    match asked {
        Some(login) if login != own => Err(Rule::OtherAccount),
        Some(_) | None => Ok(()),
    }
}

/// Whether `editor` may change `account` as it is now.
///
/// # Errors
/// The rule that says no.
pub fn may_change(editor: Caller, account: &Account) -> Result<(), Rule> {
    let own = match editor {
        Caller::Holder(login) => account.login == login,
        Caller::Owner(customer) => account.is_owned_by(customer),
    };
    if !own {
        return Err(Rule::OtherAccount);
    }
    if !account.is_enabled() {
        return Err(Rule::AccountDisabled);
    }
    Ok(())
}

/// Whether `customer` may act as it is now.
///
/// # Errors
/// [`Rule::CustomerDisabled`].
pub fn may_act(customer: &Customer) -> Result<(), Rule> {
    if customer.enable { Ok(()) } else { Err(Rule::CustomerDisabled) }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use uuid::Uuid;

    use super::*;
    use crate::{
        PersonId,
        account::{Money, Owner, Profile, Terms, fields},
        field::{Field, Writer},
    };

    fn account(login: i64, owner: Option<Owner>, enable: bool) -> Account {
        Account {
            login: Login::try_from(login).unwrap(),
            person: PersonId(Uuid::nil()),
            version: 1,
            owner,
            profile: Profile::default(),
            terms: Terms { enable, ..Terms::default() },
            money: Money::default(),
            update_time: 0,
        }
    }

    /// Actor × target, then field: the whole policy on one page, so that a change of it is seen in review.
    #[test]
    fn matrix() {
        let owner = |id, enabled| Some(Owner { id: CustomerId(id), enabled });
        let targets = [
            ("own", account(1, owner(42, true), true)),
            ("own, read-only", {
                let mut target = account(1, owner(42, true), true);
                target.terms.enable_read_only = true;
                target
            }),
            ("own, disabled", account(1, owner(42, true), false)),
            ("own, customer disabled", account(1, owner(42, false), true)),
            ("of another customer", account(2, owner(43, true), true)),
            ("of no customer", account(3, None, true)),
        ];
        let mut table = String::new();
        for kind in SessionKind::NUMBERED.into_iter().chain([SessionKind::Unknown]) {
            let session = TokenClaims {
                kind,
                login: Some(Login::try_from(1).unwrap()),
                customer_id: Some(CustomerId(42)),
            };
            for (target, account) in &targets {
                let verdict = editor(&session).map(|editor| may_change(editor, account));
                writeln!(table, "{kind:?} | {target} | {verdict:?}").unwrap();
            }
        }
        let write = |table: &mut String, field: &Field| match field.writer {
            Writer::Holder => writeln!(table, "{} | writable by its editors", field.name).unwrap(),
            Writer::Operator => writeln!(table, "{} | import only", field.name).unwrap(),
        };
        fields::PROFILE.iter().chain(&fields::IMPORTED).for_each(|field| write(&mut table, field));
        insta::assert_snapshot!(table);
    }

    #[test]
    fn a_token_without_a_subject_is_nobody() {
        for kind in [SessionKind::User, SessionKind::Customer] {
            let session = TokenClaims { kind, login: None, customer_id: None };
            assert_eq!(editor(&session), Err(NoCaller::Anonymous));
        }
    }

    #[test]
    fn a_holder_means_only_the_own_account() {
        let own = Login::try_from(1).unwrap();
        let other = Login::try_from(2).unwrap();
        assert_eq!(holder_means_own(own, None), Ok(()));
        assert_eq!(holder_means_own(own, Some(own)), Ok(()));
        assert_eq!(holder_means_own(own, Some(other)), Err(Rule::OtherAccount));
    }
}
