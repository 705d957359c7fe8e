//! `DTO_user` and its parts (section 4.2): every documented key, in the documented order.

use chrono::{DateTime, SecondsFormat, Utc};
use profile_domain::{
    Text,
    tenant::{BrandUser, Language, Member, Membership},
};
use profile_usecases::tenant::{MemberReference, MemberView};
use serde_json::{Value, json};

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn text(text: Option<&Text>) -> Value {
    text.map_or(Value::Null, |text| text.as_str().into())
}

pub(super) fn user(view: &MemberView) -> Value {
    let MemberView { member, membership, groups: _, language, created_by, last_updated_by } = view;
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
    json!({
        "tenant_user": membership.as_ref().map(|membership| tenant_user(membership, view)),
        "created_by": created_by.as_ref().map(reference),
        "last_updated_by": last_updated_by.as_ref().map(reference),
        "language": language.as_ref().map(self::language),
        "admin_roles": admin_roles,
        "permissions": permissions,
        "id": id,
        "email": email.as_str(),
        "given_name": given_name.as_str(),
        "family_name": family_name.as_str(),
        "full_name": member.full_name(),
        "profile_pic": text(profile_pic.as_ref()),
        "created": time(*created),
        "last_updated": time(*last_updated),
        "display_absolute_time": display_absolute_time,
        "is_deleted": is_deleted,
    })
}

fn tenant_user(membership: &Membership, view: &MemberView) -> Value {
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
        let group = view.groups.iter().find(|group| group.id == id);
        text(group.map(|group| &group.name))
    };
    let groups: Vec<Value> = groups
        .iter()
        .map(|group| json!({ "is_admin": group.is_admin, "id": group.id, "label": label(group.id) }))
        .collect();
    let brand =
        |brand: &BrandUser| json!({ "tenant_id": tenant_id, "brand_id": brand.brand_id, "role": brand.role });
    json!({
        "groups": groups,
        "brand_users": brands.iter().map(brand).collect::<Vec<_>>(),
        "id": id,
        "tenant_id": tenant_id,
        "user_id": member_id,
        "role": role,
        "status": status,
        "last_seen": last_seen.map(time),
    })
}

fn reference(reference: &MemberReference) -> Value {
    let MemberReference { member, role } = reference;
    json!({
        "profile_pic": text(member.profile_pic.as_ref()),
        "email": member.email.as_str(),
        "role_enum_id": role,
        "id": member.id,
        "label": member.full_name(),
    })
}

pub(super) fn language(language: &Language) -> Value {
    let Language { id, version: _, name, code, icon, icon_square } = language;
    json!({
        "id": id,
        "name": name.as_str(),
        "code": code.as_str(),
        "icon": text(icon.as_ref()),
        "icon_sqare": text(icon_square.as_ref()),
    })
}
