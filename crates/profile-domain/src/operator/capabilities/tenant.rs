//! What members may do with members, memberships and workspaces (contract tenant, sections 2 and 4).

use super::{Access, Contract, Denial, is_among, is_held};
use crate::{
    change::RecordKind,
    field::Field,
    tenant::{
        Member, Membership,
        fields::{EMAIL, FAMILY_NAME, GIVEN_NAME, PASSWORD_HASH, PROFILE_PIC, TENANT_ID, VISIBLE_NAME},
        policy::{self, Rule, TokenClaims},
    },
};

/// What a record shows of the members who made it and changed it last (contract tenant, section 4.2).
const REFERENCE: [Field; 4] = [EMAIL, GIVEN_NAME, FAMILY_NAME, PROFILE_PIC];

/// A caller, with the records that decide about the own record.
#[derive(Debug, Clone)]
pub struct KnownMember {
    /// What the token says.
    pub claims: TokenClaims,
    /// The member, if there is one.
    pub member: Option<Member>,
    /// What the member is in the tenant of the token.
    pub membership: Option<Membership>,
}

impl KnownMember {
    /// Checks whether routes about the own record are open to the caller.
    fn check_own(&self) -> Result<(), Rule> {
        match (&self.member, self.claims.tenant_id) {
            (None, _) => Ok(()),
            (Some(member), None) => policy::is_there(member),
            (Some(member), Some(_)) => policy::may_act_in_tenant(member, self.membership.as_ref()),
        }
    }

    /// Checks whether the list of a tenant, in which the caller is `own`, is open to the caller.
    fn check_list(&self, own: Option<&Membership>) -> Result<(), Rule> {
        self.member.as_ref().map_or(Ok(()), |member| policy::may_act_in_tenant(member, own))
    }

    fn refers_to(&self, member: &Member) -> bool {
        self.member
            .as_ref()
            .is_some_and(|own| [own.created_by, own.last_updated_by].contains(&Some(member.id)))
    }
}

/// Returns what a caller may do with a member's record; `owns` is what the caller is in each tenant of that member.
#[must_use]
pub fn of_member(caller: &KnownMember, member: &Member, owns: &[Option<Membership>]) -> Access {
    let open = caller.check_own();
    let is_own = caller.claims.member_id == member.id;
    let is_listed = !member.is_deleted && owns.iter().any(|own| caller.check_list(own.as_ref()).is_ok());
    let is_whole = is_listed || (is_own && open.is_ok());
    let is_reference = open.is_ok() && caller.refers_to(member);
    let other = (!is_own).then_some(Denial::OtherMember);
    Access::none(Contract::Tenant)
        .denied_by(open.err().map(Denial::from).or(other))
        // Another address asks for the password, which some do not have.
        .accepting(RecordKind::Member, |entry| {
            is_held(entry) && (entry.name != EMAIL.name || member.password_hash.is_some())
        })
        .showing(RecordKind::Member, |entry| {
            (is_whole && entry.name != PASSWORD_HASH.name) || (is_reference && is_among(entry, &REFERENCE))
        })
}

/// Returns what a caller, who is `own` in its tenant, may do with a membership of `member`.
#[must_use]
pub fn of_membership(caller: &KnownMember, own: Option<&Membership>, member: &Member) -> Access {
    let open = caller.check_list(own);
    Access::none(Contract::Tenant)
        .denied_by(open.err())
        .showing(RecordKind::Membership, |_| open.is_ok() && !member.is_deleted)
}

/// Returns what a caller, who is `own` in its tenant, may do with a brand, of which memberships show the tenant.
#[must_use]
pub fn of_brand(caller: &KnownMember, own: Option<&Membership>) -> Access {
    of_workspace(caller, own, RecordKind::Brand, TENANT_ID)
}

/// Returns what a caller, who is `own` in its tenant, may do with a group, of which memberships show the name.
#[must_use]
pub fn of_group(caller: &KnownMember, own: Option<&Membership>) -> Access {
    of_workspace(caller, own, RecordKind::Group, VISIBLE_NAME)
}

fn of_workspace(caller: &KnownMember, own: Option<&Membership>, kind: RecordKind, shown: Field) -> Access {
    let open = caller.check_list(own);
    Access::none(Contract::Tenant)
        .denied_by(open.err())
        .showing(kind, |entry| open.is_ok() && entry.name == shown.name)
}

/// Returns what a caller may do with a language.
#[must_use]
pub fn of_language(caller: &KnownMember) -> Access {
    let open = caller.member.as_ref().map_or(Ok(()), policy::is_there);
    Access::none(Contract::Tenant).denied_by(open.err()).showing(RecordKind::Language, |_| open.is_ok())
}
