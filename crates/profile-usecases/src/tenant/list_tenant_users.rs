//! A member sees who else is in the tenant.

use profile_domain::{
    Search,
    tenant::{MemberListing, Tenant},
};

use super::{MemberView, TenantRefusal, view::views};
use crate::Ports;

/// Returns a page of the members of `tenant`, and how many there are in all.
///
/// # Errors
/// [`TenantRefusal::Unavailable`].
pub async fn list_tenant_users(
    ports: &Ports,
    tenant: &Tenant,
    search: Search,
    skip: i64,
    take: i64,
) -> Result<(i64, Vec<MemberView>), TenantRefusal> {
    let listing = MemberListing { tenant_id: tenant.id, search, skip, take };
    let (all, members) = ports.store.list_members(&listing).await?;
    Ok((all, views(ports, Some(tenant.id), members, None).await?))
}
