//! `DTO_user` and its parts (section 4.2): every documented key, in the documented order.

use profile_domain::tenant::{BrandUser, Group, Language, Member, Membership, fields};
use profile_usecases::tenant::{MemberReference, MemberView};
use schemars::JsonSchema;
use serde::Serialize;

use super::response::{Moment, text};

/// A member.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TenantMember")]
pub(super) struct MemberItem {
    /// The membership of the tenant that is shown.
    tenant_user: Option<MembershipItem>,
    created_by: Option<ReferenceItem>,
    last_updated_by: Option<ReferenceItem>,
    language: Option<LanguageItem>,
    /// As imported.
    admin_roles: Vec<i32>,
    /// As imported.
    permissions: Vec<i32>,
    id: i32,
    #[schemars(length(max = fields::EMAIL.max_chars()))]
    email: String,
    #[schemars(length(max = fields::GIVEN_NAME.max_chars()))]
    given_name: String,
    #[schemars(length(max = fields::FAMILY_NAME.max_chars()))]
    family_name: String,
    /// Given name, a space, family name.
    full_name: String,
    #[schemars(length(max = fields::PROFILE_PIC.max_chars()), extend("format" = "uri"))]
    profile_pic: Option<String>,
    created: Moment,
    last_updated: Moment,
    /// Whether times are shown as they are, not how long ago.
    display_absolute_time: bool,
    is_deleted: bool,
}

/// What a member is in a tenant.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TenantMembership")]
struct MembershipItem {
    groups: Vec<GroupItem>,
    brand_users: Vec<BrandItem>,
    id: i32,
    tenant_id: i32,
    user_id: i32,
    /// 1 is OWNER, 2 ADMIN, 3 USER; other numbers grant nothing.
    role: i32,
    /// 1 is ACTIVE, 2 DEACTIVE.
    status: i32,
    last_seen: Option<Moment>,
}

/// A member's group.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TenantGroup")]
struct GroupItem {
    is_admin: bool,
    id: i32,
    /// The name of the group.
    #[schemars(length(max = fields::NAME.max_chars()))]
    label: Option<String>,
}

/// A member's brand.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TenantBrandUser")]
struct BrandItem {
    tenant_id: i32,
    brand_id: i32,
    /// 1 is USER, 2 `READ_ONLY`.
    role: i32,
}

/// Another member.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TenantMemberReference")]
struct ReferenceItem {
    #[schemars(length(max = fields::PROFILE_PIC.max_chars()), extend("format" = "uri"))]
    profile_pic: Option<String>,
    #[schemars(length(max = fields::EMAIL.max_chars()))]
    email: String,
    /// The role in the tenant that is shown.
    role_enum_id: Option<i32>,
    id: i32,
    /// The full name.
    label: String,
}

/// A language that members may choose.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TenantLanguage")]
pub(super) struct LanguageItem {
    id: i32,
    #[schemars(length(max = fields::NAME.max_chars()))]
    name: String,
    #[schemars(length(max = fields::CODE.max_chars()))]
    code: String,
    #[schemars(length(max = fields::ICON.max_chars()), extend("format" = "uri"))]
    icon: Option<String>,
    #[schemars(length(max = fields::ICON_SQARE.max_chars()), extend("format" = "uri"))]
    icon_sqare: Option<String>,
}

impl From<MemberView> for MemberItem {
    fn from(view: MemberView) -> Self {
        let MemberView { member, membership, groups, language, created_by, last_updated_by } = view;
        let full_name = member.full_name();
        let Member {
            id,
            person: _,
            version: _,
            email,
            given_name,
            family_name,
            language_id: _,
            display_absolute_time,
            profile_pic,
            admin_roles,
            permissions,
            is_deleted,
            created,
            created_by: _,
            last_updated,
            last_updated_by: _,
            password_hash: _,
        } = member;
        Self {
            tenant_user: membership.map(|membership| MembershipItem::of(membership, &groups)),
            created_by: created_by.map(ReferenceItem::from),
            last_updated_by: last_updated_by.map(ReferenceItem::from),
            language: language.map(LanguageItem::from),
            admin_roles,
            permissions,
            id,
            email: email.into_string(),
            given_name: given_name.into_string(),
            family_name: family_name.into_string(),
            full_name,
            profile_pic: text(profile_pic),
            created: created.into(),
            last_updated: last_updated.into(),
            display_absolute_time,
            is_deleted,
        }
    }
}

impl MembershipItem {
    fn of(membership: Membership, known: &[Group]) -> Self {
        let Membership {
            id,
            member_id,
            tenant_id,
            person: _,
            version: _,
            role,
            status,
            last_seen,
            groups,
            brands,
        } = membership;
        let label = |id: i32| {
            let group = known.iter().find(|group| group.id == id);
            group.map(|group| group.name.as_str().to_owned())
        };
        let group = groups.iter().map(|group| GroupItem {
            is_admin: group.is_admin,
            id: group.id,
            label: label(group.id),
        });
        let brand = |BrandUser { brand_id, role }| BrandItem { tenant_id, brand_id, role };
        Self {
            groups: group.collect(),
            brand_users: brands.into_iter().map(brand).collect(),
            id,
            tenant_id,
            user_id: member_id,
            role,
            status,
            last_seen: last_seen.map(Moment::from),
        }
    }
}

impl From<MemberReference> for ReferenceItem {
    fn from(MemberReference { member, role }: MemberReference) -> Self {
        Self {
            label: member.full_name(),
            profile_pic: text(member.profile_pic),
            email: member.email.into_string(),
            role_enum_id: role,
            id: member.id,
        }
    }
}

impl From<Language> for LanguageItem {
    fn from(language: Language) -> Self {
        let Language { id, version: _, name, code, icon, icon_square } = language;
        Self {
            id,
            name: name.into_string(),
            code: code.into_string(),
            icon: text(icon),
            icon_sqare: text(icon_square),
        }
    }
}
