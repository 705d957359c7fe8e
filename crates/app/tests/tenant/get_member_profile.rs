//! How the own record is shown (section 4.2; section 8, row 38).

use serde_json::{Value, json};

use crate::{
    call::{PROFILE, data, get},
    support::{
        Target,
        members::{ACME, bearer},
    },
};

pub async fn a_member_reads_the_own_record(target: &Target) {
    let members = target.members();
    let token = bearer(members.mira(), Some(ACME));
    let shown = data(&get(target, PROFILE, &token).await);
    let keys: Vec<&String> = shown.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "tenant_user",
            "created_by",
            "last_updated_by",
            "language",
            "admin_roles",
            "permissions",
            "id",
            "email",
            "given_name",
            "family_name",
            "full_name",
            "profile_pic",
            "created",
            "last_updated",
            "display_absolute_time",
            "is_deleted"
        ]
    );
    assert_eq!(
        shown["tenant_user"],
        json!({"groups": [{"is_admin": false, "id": 11, "label": "Support"}],
            "brand_users": [{"tenant_id": ACME, "brand_id": 31, "role": 1}], "id": members.mira(), "tenant_id": ACME,
            "user_id": members.mira(), "role": 3, "status": 1, "last_seen": "2026-05-28T20:20:00.000Z"})
    );
    assert_eq!(shown["created_by"]["role_enum_id"], 1);
    assert_eq!(
        (&shown["last_updated_by"], &shown["created"]),
        (&Value::Null, &json!("2025-11-03T08:15:00.000Z"))
    );
}
