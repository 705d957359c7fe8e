//! What a member is in a tenant, as part of a row of kind `member`.

use chrono::{DateTime, SubsecRound as _, Utc};
use profile_domain::{
    MembershipKey,
    tenant::{Brand, BrandUser, GroupUser, Member, Membership, Tenant},
};
use profile_usecases::{Ports, Refusal};
use serde::{Deserialize, Serialize};

use crate::work::{Imported, Work};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MembershipItem {
    pub(super) id: i32,
    pub(super) tenant_id: i32,
    role: i32,
    status: i32,
    last_seen: Option<DateTime<Utc>>,
    groups: Option<Vec<GroupItem>>,
    brands: Option<Vec<BrandItem>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupItem {
    id: i32,
    #[serde(default)]
    is_admin: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BrandItem {
    brand_id: i32,
    role: i32,
}

impl MembershipItem {
    /// Returns the item of a record.
    pub(super) fn of(membership: &Membership) -> Self {
        let Membership {
            id,
            member_id: _,
            tenant_id,
            person: _,
            version: _,
            role,
            status,
            last_seen,
            groups,
            brands,
        } = membership;
        let group = |group: &GroupUser| GroupItem { id: group.id, is_admin: group.is_admin };
        let brand = |brand: &BrandUser| BrandItem { brand_id: brand.brand_id, role: brand.role };
        Self {
            id: *id,
            tenant_id: *tenant_id,
            role: *role,
            status: *status,
            last_seen: *last_seen,
            groups: Some(groups.iter().map(group).collect()),
            brands: Some(brands.iter().map(brand).collect()),
        }
    }
}

/// Everything that a membership refers to must exist, and belong to its tenant.
pub(super) async fn check_membership(ports: &Ports, item: &MembershipItem) -> Result<(), Refusal> {
    let wrong = |problem: &str| Err(Refusal::dangling("tenants", problem));
    if ports.find::<Tenant>(&item.tenant_id).await?.is_none() {
        return wrong("names a tenant that does not exist");
    }
    let ids: Vec<i32> = item.groups.iter().flatten().map(|group| group.id).collect();
    let groups = ports.store.find_groups(&ids).await?;
    let is_known = |id: &i32| groups.iter().any(|group| group.id == *id && group.tenant_id == item.tenant_id);
    if !ids.iter().all(is_known) {
        return wrong("names a group that the tenant does not have");
    }
    for brand in item.brands.iter().flatten() {
        let found = ports.find::<Brand>(&brand.brand_id).await?;
        if found.is_none_or(|found| found.tenant_id != item.tenant_id) {
            return wrong("names a brand that the tenant does not have");
        }
    }
    Ok(())
}

/// Imports what `member` is in one tenant.
pub(super) async fn import_membership(
    work: &Work,
    member: &Member,
    item: &MembershipItem,
) -> Result<Imported, Refusal> {
    let group = |item: &GroupItem| GroupUser { id: item.id, is_admin: item.is_admin };
    let brand = |item: &BrandItem| BrandUser { brand_id: item.brand_id, role: item.role };
    let groups = || item.groups.as_ref().map(|groups| groups.iter().map(group).collect());
    let brands = || item.brands.as_ref().map(|brands| brands.iter().map(brand).collect());
    let key = MembershipKey { member: member.id, tenant: item.tenant_id };
    let blank = Membership {
        id: item.id,
        member_id: member.id,
        tenant_id: item.tenant_id,
        person: member.person,
        version: 0,
        role: item.role,
        status: item.status,
        last_seen: None,
        groups: Vec::new(),
        brands: Vec::new(),
    };
    let written = work.write(key, async |existing: Option<&Membership>| {
        let mut next = existing.unwrap_or(&blank).clone();
        (next.id, next.role, next.status, next.person) = (item.id, item.role, item.status, member.person);
        next.last_seen = item.last_seen.map(|at| at.trunc_subsecs(6)).or(next.last_seen);
        next.groups = groups().unwrap_or(next.groups);
        next.brands = brands().unwrap_or(next.brands);
        Ok(next)
    });
    match written.await? {
        Imported::Taken(_) => Ok(Imported::Taken("tenants.id")),
        other => Ok(other),
    }
}
