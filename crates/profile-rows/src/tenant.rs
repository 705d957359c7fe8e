//! Tenants, brands and groups.

use diesel::prelude::*;
use profile_domain::tenant::{Brand, Group, Tenant};
use profile_ports::Unavailable;

use crate::{
    engine::Queries,
    reading::{Unreadable, readable, text},
    schema::{brand, member_group, tenant},
    selection::columns_of,
    statement::{Select, Statement},
    stored::{Mark, SavedRow, Stored, root_of},
    update::Update,
};

/// The row of a tenant.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = tenant, treat_none_as_null = true)]
pub struct TenantRow {
    tenant_id: i32,
    version: i64,
    slug: String,
    name: String,
}

/// The row of a brand.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = brand, treat_none_as_null = true)]
pub struct BrandRow {
    brand_id: i32,
    version: i64,
    tenant_id: i32,
    name: String,
}

/// The row of a group.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = member_group, treat_none_as_null = true)]
pub struct GroupRow {
    group_id: i32,
    version: i64,
    tenant_id: i32,
    name: String,
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
        Ok(Self { id: tenant_id, version, slug: text("slug", slug)?, name: text("name", name)? })
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
        Ok(Self { id: brand_id, version, tenant_id, name: text("name", name)? })
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
        Ok(Self { id: group_id, version, tenant_id, name: text("name", name)? })
    }
}

impl Stored for Tenant {
    type Row = TenantRow;
    type Found = TenantRow;

    fn by_key(id: &i32) -> impl Select<SavedRow<TenantRow>> + use<> {
        let key = (root_of::<Self>(id), *id);
        tenant::table.find(key).limit(1).select((
            columns_of::<TenantRow>(),
            tenant::updated_at,
            tenant::chain,
        ))
    }

    fn insert(row: TenantRow, root: String, Mark { at, chain }: Mark) -> impl Statement {
        let mark = (tenant::created_at.eq(at), tenant::updated_at.eq(at), tenant::chain.eq(chain));
        diesel::insert_into(tenant::table).values((tenant::root.eq(root), row, mark))
    }

    fn update(row: TenantRow, root: String, base: i64, Mark { at, chain }: Mark) -> impl Statement {
        let found =
            tenant::root.eq(root).and(tenant::tenant_id.eq(row.tenant_id)).and(tenant::version.eq(base));
        Update::new(&tenant::table, (row, tenant::updated_at.eq(at), tenant::chain.eq(chain)), found)
    }

    fn delete(id: &i32, base: i64) -> impl Statement + use<> {
        let key = (root_of::<Self>(id), *id);
        diesel::delete(tenant::table.find(key).filter(tenant::version.eq(base)))
    }
}

impl Stored for Brand {
    type Row = BrandRow;
    type Found = BrandRow;

    fn by_key(id: &i32) -> impl Select<SavedRow<BrandRow>> + use<> {
        let key = (root_of::<Self>(id), *id);
        brand::table.find(key).limit(1).select((columns_of::<BrandRow>(), brand::updated_at, brand::chain))
    }

    fn insert(row: BrandRow, root: String, Mark { at, chain }: Mark) -> impl Statement {
        let mark = (brand::created_at.eq(at), brand::updated_at.eq(at), brand::chain.eq(chain));
        diesel::insert_into(brand::table).values((brand::root.eq(root), row, mark))
    }

    fn update(row: BrandRow, root: String, base: i64, Mark { at, chain }: Mark) -> impl Statement {
        let found = brand::root.eq(root).and(brand::brand_id.eq(row.brand_id)).and(brand::version.eq(base));
        Update::new(&brand::table, (row, brand::updated_at.eq(at), brand::chain.eq(chain)), found)
    }

    fn delete(id: &i32, base: i64) -> impl Statement + use<> {
        let key = (root_of::<Self>(id), *id);
        diesel::delete(brand::table.find(key).filter(brand::version.eq(base)))
    }
}

impl Stored for Group {
    type Row = GroupRow;
    type Found = GroupRow;

    fn by_key(id: &i32) -> impl Select<SavedRow<GroupRow>> + use<> {
        let key = (root_of::<Self>(id), *id);
        member_group::table.find(key).limit(1).select((
            columns_of::<GroupRow>(),
            member_group::updated_at,
            member_group::chain,
        ))
    }

    fn insert(row: GroupRow, root: String, Mark { at, chain }: Mark) -> impl Statement {
        let mark =
            (member_group::created_at.eq(at), member_group::updated_at.eq(at), member_group::chain.eq(chain));
        diesel::insert_into(member_group::table).values((member_group::root.eq(root), row, mark))
    }

    fn update(row: GroupRow, root: String, base: i64, Mark { at, chain }: Mark) -> impl Statement {
        let found = member_group::root
            .eq(root)
            .and(member_group::group_id.eq(row.group_id))
            .and(member_group::version.eq(base));
        Update::new(
            &member_group::table,
            (row, member_group::updated_at.eq(at), member_group::chain.eq(chain)),
            found,
        )
    }

    fn delete(id: &i32, base: i64) -> impl Statement + use<> {
        let key = (root_of::<Self>(id), *id);
        diesel::delete(member_group::table.find(key).filter(member_group::version.eq(base)))
    }
}

/// Returns the groups of these numbers, in any order.
pub async fn find_groups(engine: &impl Queries, ids: &[i32]) -> Result<Vec<Group>, Unavailable> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let roots: Vec<String> = ids.iter().map(root_of::<Group>).collect();
    let query = member_group::table
        .filter(member_group::root.eq_any(roots).and(member_group::group_id.eq_any(ids.to_vec())))
        .select(columns_of::<GroupRow>());
    Ok(readable::<GroupRow, _>("member_group", engine.look_up(query).await?))
}
