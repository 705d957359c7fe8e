//! What a member is in one tenant.

use chrono::{DateTime, Utc};

use super::fields;
use crate::{PersonId, change::Value, field::Field};

/// Membership of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupUser {
    /// The group.
    pub id: i32,
    /// Whether the member looks after it.
    pub is_admin: bool,
}

/// Membership of a brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrandUser {
    /// The brand.
    pub brand_id: i32,
    /// The role there, as it came.
    pub role: i32,
}

/// A member's record in one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The number that names it within its kind.
    pub id: i32,
    /// The member who belongs to the tenant.
    pub member_id: i32,
    /// The tenant that the member belongs to.
    pub tenant_id: i32,
    /// The human being behind the member.
    pub person: PersonId,
    /// Counts from 1.
    pub version: i64,
    /// See [`policy`](super::policy).
    pub role: i32,
    /// See [`policy`](super::policy).
    pub status: i32,
    /// When the member was last there.
    pub last_seen: Option<DateTime<Utc>>,
    /// The groups of the tenant that the member is in.
    pub groups: Vec<GroupUser>,
    /// The brands of the tenant that the member works for, with a role for each.
    pub brands: Vec<BrandUser>,
}

impl Membership {
    /// Returns every recorded field with its value.
    pub(crate) fn values(&self) -> [(Field, Value); 6] {
        let Self {
            id,
            member_id: _,
            tenant_id: _,
            person: _,
            version: _,
            role,
            status,
            last_seen,
            groups,
            brands,
        } = self;
        let group = |group: &GroupUser| {
            Value::object([
                ("id", Value::Integer(group.id.into())),
                ("is_admin", Value::Flag(group.is_admin)),
            ])
        };
        let brand = |brand: &BrandUser| {
            let [id, role] = [brand.brand_id, brand.role].map(|number| Value::Integer(number.into()));
            Value::object([("brand_id", id), ("role", role)])
        };
        [
            (fields::MEMBERSHIP_ID, Value::Integer((*id).into())),
            (fields::ROLE, Value::Integer((*role).into())),
            (fields::STATUS, Value::Integer((*status).into())),
            (fields::LAST_SEEN, last_seen.map_or(Value::Null, Value::moment)),
            (fields::GROUPS, Value::List(groups.iter().map(group).collect())),
            (fields::BRANDS, Value::List(brands.iter().map(brand).collect())),
        ]
    }
}
