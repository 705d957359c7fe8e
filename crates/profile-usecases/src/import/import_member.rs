//! An operator imports a member, with what they are in tenants.

use chrono::{DateTime, Utc};
use profile_domain::{
    MembershipKey, PersonId, Text,
    tenant::{Brand, BrandUser, GroupUser, Language, Member, Membership, Tenant},
};

use super::{Imported, cause, person_of};
use crate::{Core, Origin, Refusal, write::Seen};

/// How a row gives the password.
pub enum ImportedPassword {
    /// In clear; only its hash is kept.
    Clear(String),
    /// As a PHC string.
    Hash(Text),
}

/// What a row says about a membership.
#[derive(Clone)]
pub struct MembershipImport {
    /// Its number.
    pub id: i32,
    /// Where.
    pub tenant_id: i32,
    /// Role.
    pub role: i32,
    /// Status.
    pub status: i32,
    /// When the member was last there.
    pub last_seen: Option<DateTime<Utc>>,
    /// Groups, if the row names them.
    pub groups: Option<Vec<GroupUser>>,
    /// Brands, if the row names them.
    pub brands: Option<Vec<BrandUser>>,
}

/// What a row says about a member; what it leaves out stays as it is, or starts empty.
pub struct MemberImport {
    /// The key.
    pub id: i32,
    /// What the operator calls the person.
    pub person: Option<Text>,
    /// The password, if the row has one.
    pub password: Option<ImportedPassword>,
    /// When the member was made.
    pub created: Option<DateTime<Utc>>,
    /// What they are in tenants.
    pub memberships: Vec<MembershipImport>,
}

/// Imports a member; `adjust` writes what the row says of the other fields.
///
/// # Errors
/// [`Refusal`]; the member is then as before, but some of its memberships may have been written.
pub async fn import_member(
    core: &Core,
    row: MemberImport,
    adjust: impl Fn(&mut Member) + Send,
    origin: &Origin,
) -> Result<Imported, Refusal> {
    for membership in &row.memberships {
        check_membership(core, membership).await?;
    }
    let mut written = import_record(core, &row, &adjust, origin).await?;
    if matches!(written, Imported::Taken(_)) {
        return Ok(written);
    }
    let found = core.store.find_members(&[row.id]).await?;
    let Some(member) = found.into_iter().next() else { return Err(Refusal::NotFound("member")) };
    for membership in row.memberships {
        match import_membership(core, &member, membership, origin).await? {
            Imported::Unchanged => {}
            Imported::Written => written = Imported::Written,
            taken @ Imported::Taken(_) => return Ok(taken),
        }
    }
    Ok(written)
}

async fn import_record(
    core: &Core,
    row: &MemberImport,
    adjust: &(impl Fn(&mut Member) + Send),
    origin: &Origin,
) -> Result<Imported, Refusal> {
    let written = core.write(row.id, Seen::Nothing, cause(origin), async |existing: Option<&Member>| {
        let person = person_of(core, row.person.as_ref(), existing.map(|member| member.person)).await?;
        let created = row.created.unwrap_or_else(|| core.clock.now());
        let mut next = existing.cloned().unwrap_or_else(|| blank(row.id, person, created));
        next.person = person;
        next.created = row.created.unwrap_or(next.created);
        adjust(&mut next);
        match &row.password {
            None => {}
            Some(ImportedPassword::Hash(hash)) => next.password_hash = Some(hash.clone()),
            Some(ImportedPassword::Clear(password)) => {
                let known = existing.and_then(|member| member.password_hash.as_ref());
                next.password_hash = Some(core.passwords.hash(password, known).await?);
            }
        }
        if let Some(language) = next.language_id
            && core.find::<Language>(&language).await?.is_none()
        {
            return Err(Refusal::invalid("language_id", "does not exist"));
        }
        Ok(next)
    });
    Imported::of(written.await)
}

fn blank(id: i32, person: PersonId, created: DateTime<Utc>) -> Member {
    Member {
        id,
        person,
        version: 0,
        email: Text::default(),
        given_name: Text::default(),
        family_name: Text::default(),
        language_id: None,
        display_absolute_time: false,
        profile_pic: None,
        admin_roles: Vec::new(),
        permissions: Vec::new(),
        is_deleted: false,
        created,
        created_by: None,
        last_updated: created,
        last_updated_by: None,
        password_hash: None,
    }
}

/// Everything that a membership refers to must exist, and belong to its tenant.
async fn check_membership(core: &Core, row: &MembershipImport) -> Result<(), Refusal> {
    let wrong = |problem: &str| Err(Refusal::invalid("tenants", problem));
    if core.find::<Tenant>(&row.tenant_id).await?.is_none() {
        return wrong("names a tenant that does not exist");
    }
    let ids: Vec<i32> = row.groups.iter().flatten().map(|group| group.id).collect();
    let groups = core.store.find_groups(&ids).await?;
    let is_known = |id: &i32| groups.iter().any(|group| group.id == *id && group.tenant_id == row.tenant_id);
    if !ids.iter().all(is_known) {
        return wrong("names a group that the tenant does not have");
    }
    for brand in row.brands.iter().flatten() {
        let found = core.find::<Brand>(&brand.brand_id).await?;
        if found.is_none_or(|found| found.tenant_id != row.tenant_id) {
            return wrong("names a brand that the tenant does not have");
        }
    }
    Ok(())
}

async fn import_membership(
    core: &Core,
    member: &Member,
    row: MembershipImport,
    origin: &Origin,
) -> Result<Imported, Refusal> {
    let key = MembershipKey { member: member.id, tenant: row.tenant_id };
    let blank = Membership {
        id: row.id,
        member_id: member.id,
        tenant_id: row.tenant_id,
        person: member.person,
        version: 0,
        role: row.role,
        status: row.status,
        last_seen: None,
        groups: Vec::new(),
        brands: Vec::new(),
    };
    let written = core.write(key, Seen::Nothing, cause(origin), async |existing: Option<&Membership>| {
        let mut next = existing.unwrap_or(&blank).clone();
        (next.id, next.role, next.status, next.person) = (row.id, row.role, row.status, member.person);
        next.last_seen = row.last_seen.or(next.last_seen);
        next.groups = row.groups.clone().unwrap_or(next.groups);
        next.brands = row.brands.clone().unwrap_or(next.brands);
        Ok(next)
    });
    match Imported::of(written.await)? {
        Imported::Taken(_) => Ok(Imported::Taken("tenants.id")),
        other => Ok(other),
    }
}
