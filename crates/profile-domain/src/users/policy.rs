//! Who may see and change which side of a user's profile; everything that is not granted here is denied
//! (contract users, section 5).

use super::{Business, BusinessId, Caller, User, caller::PROFILE_UPDATE};

pub use super::caller::{BALANCE_READ, EMAIL_READ};

/// Why a known caller is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// The credential lacks the permission.
    #[error("Missing permission: user:profile:update")]
    Permission,
    /// The business is not within reach; whether it exists is not said.
    #[error("The account is not reachable with this credential.")]
    Account,
    /// The profile is another user's.
    #[error("Another user's profile cannot be changed.")]
    OtherUser,
}

/// Which side of a profile a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileScope {
    /// The global profile.
    Global,
    /// The profile as one business shows it.
    Business(BusinessId),
}

/// Why a request is about neither side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeError {
    /// The credential reaches no such side.
    Denied(Rule),
    /// A business or app must name the account whose side it changes.
    AccountRequired,
}

/// A business that a request names, as far as it is known here.
#[derive(Debug, Clone, Copy)]
pub struct NamedBusiness<'a> {
    /// Its id.
    pub id: &'a BusinessId,
    /// Its record, if there is one.
    pub business: Option<&'a Business>,
}

/// Whether the credential carries the permission to change profiles at all; an app's installs are looked at later.
///
/// # Errors
/// [`Rule::Permission`].
pub fn may_update(credential: &Caller) -> Result<(), Rule> {
    if credential.scopes().has(PROFILE_UPDATE) { Ok(()) } else { Err(Rule::Permission) }
}

/// The side that a read is about. A user's own membership is looked up in `caller`.
///
/// # Errors
/// [`Rule::Account`].
pub fn scope_to_read(
    credential: &Caller,
    asked: Option<NamedBusiness<'_>>,
    caller: Option<&User>,
) -> Result<ProfileScope, Rule> {
    match (credential, asked) {
        (Caller::AccountUser { account, .. }, None) => Ok(ProfileScope::Business(account.clone())),
        (_, None) => Ok(ProfileScope::Global),
        (_, Some(asked)) if reaches(credential, asked, caller) => {
            Ok(ProfileScope::Business(asked.id.clone()))
        }
        (_, Some(_)) => Err(Rule::Account),
    }
}

/// The side that an update is about.
///
/// # Errors
/// [`ScopeError`].
pub fn scope_to_update(
    credential: &Caller,
    asked: Option<NamedBusiness<'_>>,
    caller: Option<&User>,
) -> Result<ProfileScope, ScopeError> {
    match (credential, asked) {
        (Caller::Account { .. } | Caller::App { .. }, None) => Err(ScopeError::AccountRequired),
        _ => scope_to_read(credential, asked, caller).map_err(ScopeError::Denied),
    }
}

/// Whether `credential` may change `target` on `side`, which it reaches.
///
/// # Errors
/// [`Rule::OtherUser`].
pub fn may_change(credential: &Caller, target: &User) -> Result<(), Rule> {
    match credential.user() {
        Some(user) if *user != target.id => Err(Rule::OtherUser),
        Some(_) | None => Ok(()),
    }
}

/// Whether `target` shows on `side`: a business sees only the users that belong to it.
#[must_use]
pub fn shows_on(side: &ProfileScope, target: &User) -> bool {
    match side {
        ProfileScope::Global => true,
        ProfileScope::Business(account) => target.belongs_to(account),
    }
}

/// What a user may do with a business (contract users, sections 9 and 13).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessLevel {
    /// Nothing.
    None,
    /// What its members may.
    Customer,
    /// Everything: the caller acts as the business itself.
    Admin,
}

impl AccessLevel {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "no_access",
            Self::Customer => "customer",
            Self::Admin => "admin",
        }
    }
}

/// The access of `user` to `business`, whoever asks.
#[must_use]
pub fn access_level(user: &User, business: &BusinessId) -> AccessLevel {
    if user.belongs_to(business) { AccessLevel::Customer } else { AccessLevel::None }
}

/// Whether `credential` acts as `business` itself, which may do everything there.
#[must_use]
pub fn acts_as(credential: &Caller, business: &BusinessId) -> bool {
    matches!(credential, Caller::Account { account, .. } if account == business)
}

/// Whether `credential` sees that `business` exists when it asks about `target`: the user itself, the business or the one
/// that it is part of, an app that is installed there, and another user who belongs to it, looked up in `caller`
/// (contract users, section 4).
#[must_use]
pub fn sees(credential: &Caller, business: &Business, target: &User, caller: Option<&User>) -> bool {
    let is_target = credential.user() == Some(&target.id);
    is_target
        || match credential {
            Caller::User { .. } => caller.is_some_and(|caller| caller.belongs_to(&business.id)),
            Caller::AccountUser { account, .. } => *account == business.id,
            Caller::Account { account, .. } => {
                *account == business.id || business.parent.as_ref() == Some(account)
            }
            Caller::App { app, .. } => app.is_installed_on(&business.id),
        }
}

fn reaches(credential: &Caller, asked: NamedBusiness<'_>, caller: Option<&User>) -> bool {
    match credential {
        Caller::User { .. } => caller.is_some_and(|caller| caller.belongs_to(asked.id)),
        Caller::AccountUser { account, .. } => account == asked.id,
        Caller::Account { account, .. } => {
            account == asked.id
                || asked.business.is_some_and(|business| business.parent.as_ref() == Some(account))
        }
        Caller::App { app, .. } => app.may(asked.id, PROFILE_UPDATE),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::{
        PersonId, Text,
        users::{App, AppId, Install, Scopes, UserId, Username, Verification},
    };

    const OWN: &str = "biz_Own0000000000";
    const CHILD: &str = "biz_Child00000000";
    const OTHER: &str = "biz_Other00000000";

    fn biz(id: &str) -> BusinessId {
        BusinessId::try_from(id).unwrap()
    }

    fn user(id: &str, accounts: &[&str]) -> User {
        User {
            id: UserId::try_from(id).unwrap(),
            person: PersonId(Uuid::nil()),
            version: 1,
            username: Username::try_from(&Text::try_from("nora").unwrap()).unwrap(),
            name: None,
            bio: None,
            picture: None,
            banner: None,
            email: None,
            created_at: DateTime::UNIX_EPOCH,
            accounts: accounts.iter().map(|id| biz(id)).collect(),
            verification: Verification::default(),
            social_links: Vec::new(),
            holdings: Vec::new(),
        }
    }

    fn business(id: &str, parent: Option<&str>) -> Business {
        Business { id: biz(id), version: 1, title: Text::default(), parent: parent.map(biz) }
    }

    /// Every kind of caller, by its name: `me`, alone and within a business, the business, and an app with `installs`.
    fn credentials(me: &User, installs: Vec<Install>, scopes: &Scopes) -> [(&'static str, Caller); 4] {
        let app = App { id: AppId::try_from("app_App0000000000").unwrap(), version: 1, installs };
        [
            ("user", Caller::User { user: me.id.clone(), scopes: scopes.clone() }),
            (
                "account user",
                Caller::AccountUser { user: me.id.clone(), account: biz(OWN), scopes: scopes.clone() },
            ),
            ("account", Caller::Account { account: biz(OWN), scopes: scopes.clone() }),
            ("app", Caller::App { app, scopes: scopes.clone() }),
        ]
    }

    /// Caller × side × target: the whole policy on one page, so that a change of it is seen in review.
    #[test]
    fn matrix() {
        let me = user("user_Me00000000000", &[OWN]);
        let other = user("user_Other00000000", &[OWN, CHILD]);
        let scopes: Scopes = Scopes::ALL.into_iter().collect();
        let installs = vec![
            Install { account: biz(OWN), permissions: vec![PROFILE_UPDATE.to_owned()] },
            Install { account: biz(OTHER), permissions: vec!["something:else".to_owned()] },
        ];
        let credentials = credentials(&me, installs, &scopes);
        let businesses = [business(OWN, None), business(CHILD, Some(OWN)), business(OTHER, None)];
        let mut table = String::new();
        for (name, credential) in &credentials {
            let asked = businesses
                .iter()
                .map(|business| Some(NamedBusiness { id: &business.id, business: Some(business) }));
            for asked in std::iter::once(None).chain(asked) {
                let caller = credential.user().map(|_| &me);
                let read = scope_to_read(credential, asked, caller);
                let update = scope_to_update(credential, asked, caller);
                let place = asked.map_or("none", |asked| asked.id.as_str());
                writeln!(table, "{name} | {place} | read {read:?} | update {update:?}").unwrap();
            }
            for target in [&me, &other] {
                writeln!(table, "{name} | change {} | {:?}", target.id, may_change(credential, target))
                    .unwrap();
            }
        }
        insta::assert_snapshot!(table);
    }

    /// Caller × business × target: who may ask whether the target belongs to the business.
    #[test]
    fn only_those_concerned_see_a_business() {
        let me = user("user_Me00000000000", &[OWN]);
        let other = user("user_Other00000000", &[OTHER]);
        let scopes = Scopes::default();
        let installs = vec![Install { account: biz(OTHER), permissions: Vec::new() }];
        let credentials = credentials(&me, installs, &scopes);
        let mut table = String::new();
        for (name, credential) in &credentials {
            for business in [business(OWN, None), business(CHILD, Some(OWN)), business(OTHER, None)] {
                let caller = credential.user().map(|_| &me);
                let seen = [&me, &other].map(|target| sees(credential, &business, target, caller));
                writeln!(table, "{name} | {} | {seen:?}", business.id).unwrap();
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn permissions_are_exact_names() {
        let credential = |scope: &str| Caller::User {
            user: UserId::try_from("user_Me00000000000").unwrap(),
            scopes: [scope].into_iter().collect(),
        };
        assert_eq!(may_update(&credential(PROFILE_UPDATE)), Ok(()));
        for other in ["user:profile:*", "USER:PROFILE:UPDATE", "*", "user:profile", ""] {
            assert_eq!(may_update(&credential(other)), Err(Rule::Permission), "{other}");
        }
    }
}
