//! What members are in a tenant.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use profile_domain::tenant::Membership;
use profile_ports::columns;

use crate::{
    column::{self, Id, Json},
    reading::Unreadable,
    schema::membership,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = membership, check_for_backend(crate::column::Database), treat_none_as_null = true)]
pub(crate) struct MembershipRow {
    pub(crate) member_id: i32,
    pub(crate) tenant_id: i32,
    person_id: Id,
    version: i64,
    membership_id: i32,
    role: i32,
    status: i32,
    last_seen: Option<DateTime<Utc>>,
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
            person_id: column::id(person.0),
            version,
            membership_id: id,
            role,
            status,
            last_seen,
            groups: column::json(columns::groups(&groups)),
            brands: column::json(columns::brands(&brands)),
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
            person: column::person(person_id)?,
            version,
            role,
            status,
            last_seen,
            groups: columns::read_groups(&column::read_json(groups)?).map_err(|_| Unreadable)?,
            brands: columns::read_brands(&column::read_json(brands)?).map_err(|_| Unreadable)?,
        })
    }
}
