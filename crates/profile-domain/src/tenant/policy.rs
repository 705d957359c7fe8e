//! Who may do what in a workspace. The smaller number is the higher role and 0 is none, so roles are never compared: every
//! rule names the numbers that it lets through (contract tenant, sections 4.4 and 6).

use super::{Member, Membership};

/// Roles that are at least USER: OWNER, ADMIN, USER.
const AT_LEAST_USER: [i32; 3] = [1, 2, 3];
/// The one status that opens anything.
const ACTIVE: i32 = 1;
/// The administrator of all tenants.
const SUPER_ADMIN: i32 = 1;

/// Whom a token names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenClaims {
    /// The member.
    pub member_id: i32,
    /// The tenant, if it names one.
    pub tenant_id: Option<i32>,
}

impl TokenClaims {
    /// Returns how the log names this caller (operator page, section 5.1).
    #[must_use]
    pub fn actor(&self) -> String {
        let Self { member_id, tenant_id } = self;
        match tenant_id {
            None => format!("member:{member_id}"),
            Some(tenant) => format!("member:{member_id}@{tenant}"),
        }
    }
}

/// Why a known caller is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// The member is gone.
    #[error("this user is deleted")]
    Deleted,
    /// The membership is missing, or not active.
    #[error("your membership of this tenant is not active")]
    NotActive,
    /// The membership has no role.
    #[error("your role in this tenant is too low")]
    RoleTooLow,
}

/// Whether `caller` is there at all.
///
/// # Errors
/// [`Rule::Deleted`].
pub const fn is_there(caller: &Member) -> Result<(), Rule> {
    if caller.is_deleted { Err(Rule::Deleted) } else { Ok(()) }
}

/// Whether `caller` has at least the role USER in the tenant that the request is about.
///
/// # Errors
/// [`Rule`].
pub fn may_act_in_tenant(caller: &Member, membership: Option<&Membership>) -> Result<(), Rule> {
    is_there(caller)?;
    match membership {
        None if caller.admin_roles.contains(&SUPER_ADMIN) => Ok(()),
        None => Err(Rule::NotActive),
        Some(membership) if membership.status != ACTIVE => Err(Rule::NotActive),
        Some(membership) if AT_LEAST_USER.contains(&membership.role) => Ok(()),
        Some(_) => Err(Rule::RoleTooLow),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::{PersonId, Text};

    fn member(is_deleted: bool, admin_roles: Vec<i32>) -> Member {
        Member {
            id: 1,
            person: PersonId(Uuid::nil()),
            version: 1,
            email: Text::default(),
            given_name: Text::default(),
            family_name: Text::default(),
            language_id: None,
            display_absolute_time: false,
            profile_pic: None,
            admin_roles,
            permissions: Vec::new(),
            is_deleted,
            created: DateTime::UNIX_EPOCH,
            created_by: None,
            last_updated: DateTime::UNIX_EPOCH,
            last_updated_by: None,
            password_hash: None,
        }
    }

    fn membership(role: i32, status: i32) -> Membership {
        Membership {
            id: 1,
            member_id: 1,
            tenant_id: 1,
            person: PersonId(Uuid::nil()),
            version: 1,
            role,
            status,
            last_seen: None,
            groups: Vec::new(),
            brands: Vec::new(),
        }
    }

    /// Kind of member × status × role: the whole policy on one page, so that a change of it is seen in review.
    #[test]
    fn matrix() {
        let callers = [
            ("member", member(false, Vec::new())),
            ("super admin", member(false, vec![1])),
            ("other admin", member(false, vec![2])),
            ("deleted", member(true, Vec::new())),
            ("deleted super admin", member(true, vec![1])),
        ];
        let mut table = String::new();
        for (name, caller) in &callers {
            writeln!(table, "{name} | no membership | {:?}", may_act_in_tenant(caller, None)).unwrap();
            for status in [0, 1, 2, 3, -1] {
                let verdicts: Vec<String> = [0, 1, 2, 3, 4, -1]
                    .map(|role| {
                        format!(
                            "role {role} {:?}",
                            may_act_in_tenant(caller, Some(&membership(role, status)))
                        )
                    })
                    .into();
                writeln!(table, "{name} | status {status} | {}", verdicts.join(", ")).unwrap();
            }
        }
        insta::assert_snapshot!(table);
    }
}
