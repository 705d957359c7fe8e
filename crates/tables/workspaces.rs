//! Languages, tenants, brands and groups.

use async_trait::async_trait;
use diesel::{dsl::count_star, prelude::*};
use profile_domain::{
    Text,
    tenant::{Brand, Group, Language, Tenant},
};
use profile_ports::{Commit, CommitError, Unavailable, Workspaces};

use crate::{
    Store,
    reading::{Unreadable, readable, text},
    schema::{brand, language, member_group, tenant},
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = language, check_for_backend(crate::column::Database), treat_none_as_null = true)]
pub(crate) struct LanguageRow {
    language_id: i32,
    version: i64,
    name: String,
    code: String,
    icon: Option<String>,
    icon_square: Option<String>,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = tenant, check_for_backend(crate::column::Database), treat_none_as_null = true)]
struct TenantRow {
    tenant_id: i32,
    version: i64,
    slug: String,
    name: String,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = brand, check_for_backend(crate::column::Database), treat_none_as_null = true)]
struct BrandRow {
    brand_id: i32,
    version: i64,
    tenant_id: i32,
    name: String,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = member_group, check_for_backend(crate::column::Database), treat_none_as_null = true)]
struct GroupRow {
    group_id: i32,
    version: i64,
    tenant_id: i32,
    name: String,
}

impl From<Language> for LanguageRow {
    fn from(language: Language) -> Self {
        let Language { id, version, name, code, icon, icon_square } = language;
        Self {
            language_id: id,
            version,
            name: name.into_string(),
            code: code.into_string(),
            icon: icon.map(Text::into_string),
            icon_square: icon_square.map(Text::into_string),
        }
    }
}

impl TryFrom<LanguageRow> for Language {
    type Error = Unreadable;

    fn try_from(row: LanguageRow) -> Result<Self, Unreadable> {
        let LanguageRow { language_id, version, name, code, icon, icon_square } = row;
        Ok(Self {
            id: language_id,
            version,
            name: text(name)?,
            code: text(code)?,
            icon: icon.map(text).transpose()?,
            icon_square: icon_square.map(text).transpose()?,
        })
    }
}

impl From<Tenant> for TenantRow {
    fn from(tenant: Tenant) -> Self {
        let Tenant { id, version, slug, name } = tenant;
        Self { tenant_id: id, version, slug: slug.into_string(), name: name.into_string() }
    }
}

impl TryFrom<TenantRow> for Tenant {
    type Error = Unreadable;

    fn try_from(row: TenantRow) -> Result<Self, Unreadable> {
        let TenantRow { tenant_id, version, slug, name } = row;
        Ok(Self { id: tenant_id, version, slug: text(slug)?, name: text(name)? })
    }
}

impl From<Brand> for BrandRow {
    fn from(brand: Brand) -> Self {
        let Brand { id, version, tenant_id, name } = brand;
        Self { brand_id: id, version, tenant_id, name: name.into_string() }
    }
}

impl TryFrom<BrandRow> for Brand {
    type Error = Unreadable;

    fn try_from(row: BrandRow) -> Result<Self, Unreadable> {
        let BrandRow { brand_id, version, tenant_id, name } = row;
        Ok(Self { id: brand_id, version, tenant_id, name: text(name)? })
    }
}

impl From<Group> for GroupRow {
    fn from(group: Group) -> Self {
        let Group { id, version, tenant_id, name } = group;
        Self { group_id: id, version, tenant_id, name: name.into_string() }
    }
}

impl TryFrom<GroupRow> for Group {
    type Error = Unreadable;

    fn try_from(row: GroupRow) -> Result<Self, Unreadable> {
        let GroupRow { group_id, version, tenant_id, name } = row;
        Ok(Self { id: group_id, version, tenant_id, name: text(name)? })
    }
}

#[async_trait]
impl Workspaces for Store {
    async fn find_language(&self, id: i32) -> Result<Option<Language>, Unavailable> {
        find!(self, LanguageRow, language::table.filter(language::language_id.eq(id)))
    }

    async fn list_languages(&self, skip: i64, take: i64) -> Result<(i64, Vec<Language>), Unavailable> {
        let all = count!(self, language::table.select(count_star()))?;
        let query = language::table
            .order(language::language_id)
            .offset(skip)
            .limit(take)
            .select(LanguageRow::as_select());
        Ok((all, readable("language", load!(self, LanguageRow, query)?)))
    }

    async fn commit_language(&self, commit: Commit<Language>) -> Result<(), CommitError> {
        commit!(self, commit, language, LanguageRow, |row| language::language_id.eq(row.language_id))
    }

    async fn find_tenant(&self, id: i32) -> Result<Option<Tenant>, Unavailable> {
        find!(self, TenantRow, tenant::table.filter(tenant::tenant_id.eq(id)))
    }

    async fn find_tenant_by_slug(&self, slug: &Text) -> Result<Option<Tenant>, Unavailable> {
        find!(self, TenantRow, tenant::table.filter(tenant::slug.eq(slug.as_str().to_owned())))
    }

    async fn commit_tenant(&self, commit: Commit<Tenant>) -> Result<(), CommitError> {
        commit!(self, commit, tenant, TenantRow, |row| tenant::tenant_id.eq(row.tenant_id))
    }

    async fn find_brand(&self, id: i32) -> Result<Option<Brand>, Unavailable> {
        find!(self, BrandRow, brand::table.filter(brand::brand_id.eq(id)))
    }

    async fn commit_brand(&self, commit: Commit<Brand>) -> Result<(), CommitError> {
        commit!(self, commit, brand, BrandRow, |row| brand::brand_id.eq(row.brand_id))
    }

    async fn find_groups(&self, ids: &[i32]) -> Result<Vec<Group>, Unavailable> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let query = member_group::table
            .filter(member_group::group_id.eq_any(ids.to_vec()))
            .select(GroupRow::as_select());
        Ok(readable("member_group", look_up!(self, GroupRow, query)?))
    }

    async fn commit_group(&self, commit: Commit<Group>) -> Result<(), CommitError> {
        commit!(self, commit, member_group, GroupRow, |row| member_group::group_id.eq(row.group_id))
    }
}
