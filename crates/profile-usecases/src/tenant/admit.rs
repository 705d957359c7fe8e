//! Who is calling, and whether they may (contract tenant, section 3, steps 3 and 4).

use profile_domain::{
    Claim, Saved, Text,
    tenant::{
        Language, Member, Membership, Tenant,
        policy::{self, TokenClaims},
    },
};
use profile_ports::Unavailable;

use super::TenantRefusal;
use crate::Ports;

/// An admitted caller.
pub struct Caller {
    /// Who.
    pub member: Saved<Member>,
    /// Their chosen language.
    pub language: Option<Language>,
    /// What they are in the tenant that the request is about.
    pub membership: Option<Membership>,
    /// That tenant.
    pub tenant_id: Option<i32>,
}

/// The member behind `claims`, with the chosen language.
///
/// # Errors
/// [`TenantRefusal::Unauthenticated`] for a token of nobody; that of [`policy::is_there`] for one who is deleted.
pub async fn authenticate(
    ports: &Ports,
    claims: TokenClaims,
) -> Result<(Saved<Member>, Option<Language>), TenantRefusal> {
    let found = ports.store.find_member(claims.member_id).await?;
    let (member, language) = found.ok_or(TenantRefusal::Unauthenticated)?;
    policy::is_there(&member)?;
    Ok((member, language))
}

/// The caller of a route about the own record.
///
/// # Errors
/// [`TenantRefusal`].
pub async fn admit(ports: &Ports, claims: TokenClaims) -> Result<Caller, TenantRefusal> {
    let (member, language) = authenticate(ports, claims).await?;
    let Some(tenant_id) = claims.tenant_id else {
        return Ok(Caller { member, language, membership: None, tenant_id: None });
    };
    let membership = membership(ports, tenant_id, member.id).await?;
    policy::may_act_in_tenant(&member, membership.as_ref())?;
    Ok(Caller { member, language, membership, tenant_id: Some(tenant_id) })
}

/// The caller of a route of the tenant that paths call `slug`.
///
/// # Errors
/// [`TenantRefusal`].
pub async fn admit_to_tenant(
    ports: &Ports,
    claims: TokenClaims,
    slug: &Text,
) -> Result<Tenant, TenantRefusal> {
    let (member, _) = authenticate(ports, claims).await?;
    let tenant =
        ports.find_claimed::<Tenant>(&Claim::slug(slug.as_str())).await?.ok_or(TenantRefusal::NoTenant)?;
    let membership = membership(ports, tenant.id, member.id).await?;
    policy::may_act_in_tenant(&member, membership.as_ref())?;
    Ok(tenant.record)
}

async fn membership(ports: &Ports, tenant: i32, member: i32) -> Result<Option<Membership>, Unavailable> {
    Ok(ports.store.find_memberships(tenant, &[member]).await?.into_iter().next())
}
