//! What members belong to and refer to: languages, tenants, brands and groups, all of them imported.

use super::fields;
use crate::{Search, Text, change::Value, field::Field};

/// A language that members may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// The number that names it within its kind.
    pub id: i32,
    /// Counts from 1.
    pub version: i64,
    /// In the language itself.
    pub name: Text,
    /// The language tag, such as `en`.
    pub code: Text,
    /// Address of a picture.
    pub icon: Option<Text>,
    /// Address of a square picture.
    pub icon_square: Option<Text>,
}

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// The number that names it within its kind.
    pub id: i32,
    /// Counts from 1.
    pub version: i64,
    /// How it is called in paths; unique.
    pub slug: Text,
    /// The name that people read.
    pub name: Text,
}

/// A brand of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// The number that names it within its kind.
    pub id: i32,
    /// Counts from 1.
    pub version: i64,
    /// Whose it is.
    pub tenant_id: i32,
    /// The name that people read.
    pub name: Text,
}

/// A group of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The number that names it within its kind.
    pub id: i32,
    /// Counts from 1.
    pub version: i64,
    /// Whose it is.
    pub tenant_id: i32,
    /// The name that people read.
    pub name: Text,
}

/// A page of the members of one tenant, by full name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberListing {
    /// The tenant.
    pub tenant_id: i32,
    /// What full name or e-mail address must contain.
    pub search: Search,
    /// How many to leave out.
    pub skip: i64,
    /// Most to answer.
    pub take: i64,
}

impl Language {
    /// Returns every recorded field with its value.
    pub(crate) fn values(&self) -> [(Field, Value); 4] {
        let Self { id: _, version: _, name, code, icon, icon_square } = self;
        [
            (fields::NAME, Value::Text(name.clone())),
            (fields::CODE, Value::Text(code.clone())),
            (fields::ICON, Value::optional(icon.as_ref())),
            (fields::ICON_SQARE, Value::optional(icon_square.as_ref())),
        ]
    }
}

impl Tenant {
    /// The shortest slug that a path can name.
    pub const SLUG_CHARS: usize = 2;
    /// What stands in paths where no tenant does.
    pub const NO_SLUG: &'static str = "sys";

    /// Returns whether a path can name a tenant by `text`.
    #[must_use]
    pub fn is_slug(text: &str) -> bool {
        text.chars().count() >= Self::SLUG_CHARS && text != Self::NO_SLUG && !text.contains('/')
    }

    /// Returns every recorded field with its value.
    pub(crate) fn values(&self) -> [(Field, Value); 2] {
        let Self { id: _, version: _, slug, name } = self;
        [(fields::SLUG, Value::Text(slug.clone())), (fields::NAME, Value::Text(name.clone()))]
    }
}

impl Brand {
    /// Returns every recorded field with its value.
    pub(crate) fn values(&self) -> [(Field, Value); 2] {
        let Self { id: _, version: _, tenant_id, name } = self;
        [(fields::TENANT_ID, Value::Integer((*tenant_id).into())), (fields::NAME, Value::Text(name.clone()))]
    }
}

impl Group {
    /// Returns every recorded field with its value.
    pub(crate) fn values(&self) -> [(Field, Value); 2] {
        let Self { id: _, version: _, tenant_id, name } = self;
        [(fields::TENANT_ID, Value::Integer((*tenant_id).into())), (fields::NAME, Value::Text(name.clone()))]
    }
}
