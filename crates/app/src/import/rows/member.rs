//! A row of kind `member`.

use chrono::{DateTime, SubsecRound as _, Utc};
use profile_domain::{
    person,
    tenant::{BrandUser, GroupUser, Member, MemberPatch, Problem, fields},
};
use profile_usecases::{
    Core, Origin, Refusal,
    import::{Holder, Imported, ImportedPassword, MemberImport, MembershipImport, Name, import_member},
};
use serde::Deserialize;

use super::members::{Words, check};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::import) struct MemberRow {
    pub(super) id: i32,
    email: Words,
    given_name: Words,
    family_name: Option<Words>,
    language_id: Option<i32>,
    display_absolute_time: Option<bool>,
    profile_pic: Option<Words>,
    admin_roles: Option<Vec<i32>>,
    permissions: Option<Vec<i32>>,
    is_deleted: Option<bool>,
    created: Option<DateTime<Utc>>,
    created_by: Option<i32>,
    password: Option<Words>,
    password_hash: Option<Words>,
    tenants: Option<Vec<TenantItem>>,
    person: Option<Words>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TenantItem {
    id: i32,
    tenant_id: i32,
    role: i32,
    status: i32,
    last_seen: Option<DateTime<Utc>>,
    groups: Option<Vec<GroupItem>>,
    brands: Option<Vec<BrandItem>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupItem {
    id: i32,
    #[serde(default)]
    is_admin: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BrandItem {
    brand_id: i32,
    role: i32,
}

impl MemberRow {
    pub(super) fn claim(&self) -> (Holder, Vec<Name>) {
        let tenants = || self.tenants.iter().flatten();
        // A deleted member holds no address.
        let email = (self.is_deleted != Some(true)).then(|| Member::email_key_of(self.email.0.as_str()));
        let memberships = tenants().map(|tenant| Name::Membership(tenant.id));
        let names = email.map(Name::Email).into_iter().chain(memberships).collect();
        (Holder::Member(self.id, tenants().map(|tenant| tenant.tenant_id).collect()), names)
    }

    pub(super) async fn import(mut self, core: &Core, origin: &Origin) -> Result<Imported, Refusal> {
        check(&[(fields::PROFILE_PIC, &self.profile_pic), (person::ALIAS, &self.person)])
            .map_err(Refusal::Invalid)?;
        self.check_contract()?;
        let row = MemberImport {
            id: self.id,
            person: self.person.take().map(|words| words.0),
            password: self.password(core)?,
            created: self.created.map(|at| at.trunc_subsecs(6)),
            memberships: self.tenants.take().into_iter().flatten().map(membership).collect(),
        };
        let trimmed = |words: &Words| profile_domain::Text::try_from(words.0.as_str().trim());
        let adjust = |member: &mut Member| {
            let new = MemberPatch { email: Some(self.email.0.as_str().to_owned()), ..MemberPatch::default() };
            if let (Some(_), Ok(email)) = (new.new_email(member), trimmed(&self.email)) {
                member.email = email;
            }
            if let Ok(name) = trimmed(&self.given_name) {
                member.given_name = name;
            }
            if let Some(Ok(name)) = self.family_name.as_ref().map(trimmed) {
                member.family_name = name;
            }
            member.language_id = self.language_id.or(member.language_id);
            member.display_absolute_time = self.display_absolute_time.unwrap_or(member.display_absolute_time);
            member.profile_pic =
                self.profile_pic.clone().map(|words| words.0).or_else(|| member.profile_pic.take());
            if let Some(roles) = &self.admin_roles {
                member.admin_roles.clone_from(roles);
            }
            if let Some(permissions) = &self.permissions {
                member.permissions.clone_from(permissions);
            }
            member.is_deleted = self.is_deleted.unwrap_or(member.is_deleted);
            member.created_by = self.created_by.or(member.created_by);
        };
        import_member(core, row, adjust, origin).await
    }

    /// The rules of the contract, which hold for imported values too.
    fn check_contract(&self) -> Result<(), Refusal> {
        let text = |words: &Words| Some(words.0.as_str().to_owned());
        let patch = MemberPatch {
            email: text(&self.email),
            given_name: text(&self.given_name),
            family_name: self.family_name.as_ref().and_then(text),
            ..MemberPatch::default()
        };
        match patch.faults().first() {
            None => Ok(()),
            Some(fault) => Err(Refusal::invalid(
                fault.field,
                match fault.problem {
                    Problem::Blank => "must not be blank",
                    Problem::TooLong => "is too long",
                    Problem::Characters => "contains control characters",
                    Problem::Email => "is no e-mail address",
                },
            )),
        }
    }

    fn password(&mut self, core: &Core) -> Result<Option<ImportedPassword>, Refusal> {
        match (self.password.take(), self.password_hash.take()) {
            (Some(_), Some(_)) => {
                Err(Refusal::invalid("password", "or password_hash may be given, not both"))
            }
            (Some(password), None) => Ok(Some(ImportedPassword::Clear(password.0.into_string()))),
            (None, Some(hash)) if core.passwords.understands(hash.0.as_str()) => {
                Ok(Some(ImportedPassword::Hash(hash.0)))
            }
            (None, Some(_)) => Err(Refusal::invalid(
                "password_hash",
                "is no argon2id PHC string with m up to 131072, t up to 10 and p up to 16",
            )),
            (None, None) => Ok(None),
        }
    }
}

fn membership(item: TenantItem) -> MembershipImport {
    let TenantItem { id, tenant_id, role, status, last_seen, groups, brands } = item;
    let group = |GroupItem { id, is_admin }| GroupUser { id, is_admin };
    let brand = |BrandItem { brand_id, role }| BrandUser { brand_id, role };
    MembershipImport {
        id,
        tenant_id,
        role,
        status,
        last_seen: last_seen.map(|at| at.trunc_subsecs(6)),
        groups: groups.map(|groups| groups.into_iter().map(group).collect()),
        brands: brands.map(|brands| brands.into_iter().map(brand).collect()),
    }
}
