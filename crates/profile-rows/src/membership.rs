//! What members are in a tenant.

use chrono::DateTime;
use diesel::prelude::*;
use profile_domain::{
    MembershipKey,
    tenant::{Member, Membership},
};
use profile_ports::{Unavailable, columns};

use crate::{
    column::{Id, Instant, Json},
    engine::Queries,
    reading::{Unreadable, readable},
    schema::membership,
    selection::columns_of,
    statement::{Select, Statement},
    stored::{Mark, SavedRow, Stored, root_of},
    update::Update,
};

/// The row of a membership.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = membership, treat_none_as_null = true)]
pub struct MembershipRow {
    member_id: i32,
    tenant_id: i32,
    person_id: Id,
    version: i64,
    membership_id: i32,
    role: i32,
    status: i32,
    last_seen: Option<Instant>,
    groups: Json,
    brands: Json,
}

impl From<Membership> for MembershipRow {
    fn from(membership: Membership) -> Self {
        let Membership { id, member_id, tenant_id, person, version, role, status, last_seen, groups, brands } =
            membership;
        Self {
            member_id,
            tenant_id,
            person_id: person.into(),
            version,
            membership_id: id,
            role,
            status,
            last_seen: last_seen.map(Instant),
            groups: Json::from(columns::groups(&groups)),
            brands: Json::from(columns::brands(&brands)),
        }
    }
}

impl TryFrom<MembershipRow> for Membership {
    type Error = Unreadable;

    fn try_from(row: MembershipRow) -> Result<Self, Unreadable> {
        let MembershipRow {
            member_id,
            tenant_id,
            person_id,
            version,
            membership_id,
            role,
            status,
            last_seen,
            groups,
            brands,
        } = row;
        Ok(Self {
            id: membership_id,
            member_id,
            tenant_id,
            person: person_id.person()?,
            version,
            role,
            status,
            last_seen: last_seen.map(DateTime::from),
            groups: columns::read_groups(&groups.value()?).map_err(|_| Unreadable("groups"))?,
            brands: columns::read_brands(&brands.value()?).map_err(|_| Unreadable("brands"))?,
        })
    }
}

impl Stored for Membership {
    type Row = MembershipRow;
    type Found = MembershipRow;

    fn by_key(key: &MembershipKey) -> impl Select<SavedRow<MembershipRow>> + use<> {
        let key = (root_of::<Self>(key), key.member, key.tenant);
        membership::table.find(key).limit(1).select((
            columns_of::<MembershipRow>(),
            membership::updated_at,
            membership::chain,
        ))
    }

    fn insert(row: MembershipRow, root: String, Mark { at, chain }: Mark) -> impl Statement {
        let mark =
            (membership::created_at.eq(at), membership::updated_at.eq(at), membership::chain.eq(chain));
        diesel::insert_into(membership::table).values((membership::root.eq(root), row, mark))
    }

    fn update(row: MembershipRow, root: String, base: i64, Mark { at, chain }: Mark) -> impl Statement {
        let key = membership::member_id.eq(row.member_id).and(membership::tenant_id.eq(row.tenant_id));
        let found = membership::root.eq(root).and(key).and(membership::version.eq(base));
        Update::new(
            &membership::table,
            (row, membership::updated_at.eq(at), membership::chain.eq(chain)),
            found,
        )
    }

    fn delete(key: &MembershipKey, base: i64) -> impl Statement + use<> {
        let key = (root_of::<Self>(key), key.member, key.tenant);
        diesel::delete(membership::table.find(key).filter(membership::version.eq(base)))
    }
}

/// Returns what these members are in a tenant, in any order.
pub async fn find_memberships(
    engine: &impl Queries,
    tenant_id: i32,
    members: &[i32],
) -> Result<Vec<Membership>, Unavailable> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let roots: Vec<String> = members.iter().map(root_of::<Member>).collect();
    let query = membership::table
        .filter(membership::root.eq_any(roots))
        .filter(membership::tenant_id.eq(tenant_id))
        .filter(membership::member_id.eq_any(members.to_vec()))
        .select(columns_of::<MembershipRow>());
    Ok(readable::<MembershipRow, _>("membership", engine.look_up(query).await?))
}
