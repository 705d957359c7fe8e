//! Who is calling, and whether they may (contract tenant, section 3, steps 3 and 4).

use profile_domain::{
    Text,
    tenant::{
        Member, Membership, Tenant,
        policy::{self, Session},
    },
};
use profile_ports::Unavailable;

use super::TenantRefusal;
use crate::Core;

/// An admitted caller.
pub struct Caller {
    /// Who.
    pub member: Member,
    /// What they are in the tenant that the request is about.
    pub membership: Option<Membership>,
    /// That tenant.
    pub tenant_id: Option<i32>,
}

/// The member behind `session`, who may be deleted.
///
/// # Errors
/// [`TenantRefusal::Unauthenticated`] for a token of nobody.
pub async fn authenticate(core: &Core, session: Session) -> Result<Member, TenantRefusal> {
    let found = core.store.find_members(&[session.member_id]).await?;
    found.into_iter().next().ok_or(TenantRefusal::Unauthenticated)
}

/// The caller of a route about the own record.
///
/// # Errors
/// [`TenantRefusal`].
pub async fn admit(core: &Core, session: Session) -> Result<Caller, TenantRefusal> {
    let member = authenticate(core, session).await?;
    policy::is_there(&member)?;
    let Some(tenant_id) = session.tenant_id else {
        return Ok(Caller { member, membership: None, tenant_id: None });
    };
    let membership = membership(core, tenant_id, member.id).await?;
    policy::may_act_in_tenant(&member, membership.as_ref())?;
    Ok(Caller { member, membership, tenant_id: Some(tenant_id) })
}

/// The caller of a route of the tenant that paths call `slug`.
///
/// # Errors
/// [`TenantRefusal`].
pub async fn admit_to_tenant(core: &Core, session: Session, slug: &Text) -> Result<Tenant, TenantRefusal> {
    let member = authenticate(core, session).await?;
    policy::is_there(&member)?;
    let tenant = core.store.find_tenant_by_slug(slug).await?.ok_or(TenantRefusal::NoTenant)?;
    let membership = membership(core, tenant.id, member.id).await?;
    policy::may_act_in_tenant(&member, membership.as_ref())?;
    Ok(tenant)
}

async fn membership(core: &Core, tenant: i32, member: i32) -> Result<Option<Membership>, Unavailable> {
    Ok(core.store.find_memberships(tenant, &[member]).await?.into_iter().next())
}
