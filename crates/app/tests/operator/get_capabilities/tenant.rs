//! Members.

use serde_json::{Value, json};

use super::{Door, Service, Shown, is_number, item, keys, rules};
use crate::support::members::{ACME, OTHER, PASSWORD, bearer};

struct TenantDoor<'a>(&'a Service, String, &'static str, String);

impl Door for TenantDoor<'_> {
    async fn read(&self, record: &Value) -> Shown {
        let Self(service, token, kind, key) = self;
        let data = async |path: &str| service.get(path, token).await["data"].clone();
        let own = data("/api/sys/v1/account/get_profile").await;
        let mut shown = Shown::new();
        let mut members = vec![own.clone()];
        // Of many members the page with those of the test is asked for.
        let search = match *kind {
            "member" | "membership" => {
                let member = service.record("member", key.split(':').next().unwrap()).await;
                member["email"].as_str().unwrap().to_owned()
            }
            _ => String::new(),
        };
        for tenant in ["acme", "other"] {
            let list = data(&format!("/api/{tenant}/v1/users?take=100&search={search}")).await;
            members.extend(list.as_array().into_iter().flatten().cloned());
        }
        for member in members {
            let place = &member["tenant_user"];
            match *kind {
                "member" if is_number(&member["id"], key) => {
                    shown.extend(keys(&member));
                    shown.insert("language_id".into());
                }
                "member" => {
                    for reference in ["created_by", "last_updated_by"] {
                        if member["id"] == own["id"] && is_number(&member[reference]["id"], key) {
                            shown.extend(
                                ["email", "profile_pic", "given_name", "family_name"].map(str::to_owned),
                            );
                        }
                    }
                }
                "membership" if *key == format!("{}:{}", place["user_id"], place["tenant_id"]) => {
                    shown.extend(keys(place));
                    shown.insert("brands".into());
                }
                "brand" if item(&place["brand_users"], "brand_id", key).is_some() => {
                    shown.insert("tenant_id".into());
                }
                "group"
                    if item(&place["groups"], "id", key)
                        .is_some_and(|group| group["label"] == record["name"]) =>
                {
                    shown.insert("name".into());
                }
                _ => {}
            }
        }
        if *kind == "language" {
            let list = data("/api/sys/v1/languages").await;
            shown.extend(item(&list, "id", key).map(keys).unwrap_or_default());
        }
        shown
    }

    async fn change(&self, field: &str, to: Value, _: &Value) -> Shown {
        let Self(service, token, kind, _) = self;
        let body = match (*kind, field) {
            ("member", "language_id") => json!({ "language": { "id": to } }),
            ("member", "email") => json!({ "email": to, "password_validation": PASSWORD }),
            ("member", field) => json!({ field: to }),
            (_, field) => json!({ "tenant_user": { field: to } }),
        };
        service.send("PUT", "/api/sys/v1/account/update_profile", token, &body).await;
        Shown::new()
    }
}

/// The members of one family, by their places in it.
const MIRA: i32 = 0;
const OWNER: i32 = 1;
const ADMIN: i32 = 2;
const DEACTIVE: i32 = 3;
const ROLELESS: i32 = 5;
const DELETED: i32 = 6;
const ALONE: i32 = 7;
const ROOT: i32 = 8;

pub async fn capabilities_are_what_the_contract_does(service: &Service) {
    let (not_offered, other_member) = ("tenant.not_offered", "tenant.other_member");
    let (not_active, nowhere) = ("tenant.not_active", Some(999));
    let number = |place: i32| 10_000 + place;
    for (caller, tenant, kind, key, rule) in [
        (MIRA, None, "member", number(MIRA).to_string(), not_offered),
        (MIRA, Some(ACME), "member", number(MIRA).to_string(), not_offered),
        (MIRA, Some(ACME), "member", number(OWNER).to_string(), other_member),
        (MIRA, None, "member", number(DEACTIVE).to_string(), other_member),
        (MIRA, None, "member", number(DELETED).to_string(), other_member),
        (MIRA, None, "member", number(ALONE).to_string(), other_member),
        (MIRA, Some(OTHER), "member", number(MIRA).to_string(), not_active),
        (DEACTIVE, Some(ACME), "member", number(DEACTIVE).to_string(), not_active),
        (DEACTIVE, None, "member", number(DEACTIVE).to_string(), not_offered),
        (DEACTIVE, None, "member", number(OWNER).to_string(), other_member),
        (ROLELESS, Some(ACME), "member", number(ROLELESS).to_string(), "tenant.role_too_low"),
        (DELETED, None, "member", number(DELETED).to_string(), "tenant.deleted"),
        (ALONE, None, "member", number(ALONE).to_string(), not_offered),
        (ALONE, None, "member", number(OWNER).to_string(), other_member),
        (ALONE, nowhere, "member", number(ALONE).to_string(), not_active),
        (ROOT, nowhere, "member", number(ROOT).to_string(), not_offered),
        (ROOT, None, "member", number(MIRA).to_string(), other_member),
        (MIRA, None, "membership", format!("{}:{ACME}", number(MIRA)), not_offered),
        (ADMIN, Some(OTHER), "membership", format!("{}:{ACME}", number(OWNER)), not_offered),
        (OWNER, None, "membership", format!("{}:{OTHER}", number(ADMIN)), not_active),
        (OWNER, None, "membership", format!("{}:{ACME}", number(DELETED)), not_offered),
        (ROOT, None, "membership", format!("{}:{OTHER}", number(ADMIN)), not_offered),
        (MIRA, None, "language", "1".to_owned(), not_offered),
        (DELETED, None, "language", "1".to_owned(), "tenant.deleted"),
        (MIRA, None, "tenant", ACME.to_string(), not_offered),
        (MIRA, None, "brand", "31".to_owned(), not_offered),
        (ALONE, None, "brand", "31".to_owned(), not_active),
        (MIRA, None, "group", "11".to_owned(), not_offered),
        (ALONE, None, "group", "11".to_owned(), not_active),
    ] {
        let place = tenant.map(|tenant| format!("@{tenant}")).unwrap_or_default();
        let actor = format!("member:{}{place}", number(caller));
        let door = TenantDoor(service, bearer(number(caller), tenant), kind, key.clone());
        assert_eq!(service.probe(&actor, kind, &key, &door).await, rules([rule]), "{actor} {kind}/{key}");
    }
    let told = service.capabilities("member", &number(MIRA).to_string(), "member:1999999").await;
    assert!(told.iter().all(|field| field["rule"] == other_member && field["readable"] == false));
}
