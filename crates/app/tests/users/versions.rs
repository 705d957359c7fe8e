//! Dated versions (section 2; section 10, rows 1 to 3).

use crate::{
    call::{NEWEST, get, refused},
    support::{
        Target,
        people::{OWN_KEY, OWN_KEY_NEWEST},
    },
};

pub async fn every_family_has_its_keys_in_order(target: &Target) {
    let people = target.people();
    let token = target.own_token(&people.nora);
    let f2 = "balance balance_history earnings_usd";
    for (version, keys) in [
        (None, "id username name bio created_at profile_picture".to_owned()),
        (
            Some("2026-06-09"),
            "id username name bio created_at profile_picture verification total_usd balances".to_owned(),
        ),
        (
            Some("2026-07-20"),
            format!(
                "id username name bio created_at profile_picture verification {f2} whop_partner_enabled_at"
            ),
        ),
        (
            Some("2026-08-21"),
            format!(
                "id username name bio created_at email profile_picture banner social_accounts verification {f2} staff \
                 whop_partner_enabled_at"
            ),
        ),
        (
            Some("2026-09-23"),
            format!(
                "id username name bio created_at email profile_picture banner social_accounts verification {f2} \
                 trading staff whop_partner_enabled_at"
            ),
        ),
        (
            Some("2026-10-08"),
            format!(
                "id username name bio created_at email profile_picture banner verification {f2} trading staff \
                 whop_partner_enabled_at whop_partner_verified_at whop_partner_onboarded_accounts_count"
            ),
        ),
        (
            Some("2026-10-09-2"),
            format!(
                "id username name bio created_at email profile_picture banner verification {f2} cards trading staff \
                 whop_partner_enabled_at whop_partner_verified_at whop_partner_onboarded_accounts_count"
            ),
        ),
        (
            Some(NEWEST),
            format!(
                "id username name bio created_at email profile_picture banner social_links verification total_usd \
                 balances {f2} level cards trading whop_partner_enabled_at whop_partner_verified_at \
                 whop_partner_onboarded_accounts_count"
            ),
        ),
    ] {
        let answer = get(target, &format!("/users/{}", people.pia), &token, version).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.keys().join(" "), keys, "{version:?}");
        assert_eq!(answer.header("api-version-date"), version.unwrap_or("2025-01-01"));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let newest = get(target, &format!("/users/{}", people.nora), &token, Some(NEWEST)).await.json();
    assert_eq!(newest["created_at"], "2026-02-11T09:30:00.125Z");
    assert_eq!(newest["verification"].to_string(), r#"{"individual":{"status":"pending"},"business":null}"#);
    assert_eq!(newest["social_links"][0]["website"], "x");
    assert_eq!(newest["balances"].to_string(), "[]");
}

pub async fn unknown_versions_are_refused_before_anything_else(target: &Target) {
    for version in ["1999-01-01", "2026-06-10", "2026-6-9", "latest", "", "2026-06-08, 2026-06-09"] {
        let answer = get(target, "/users/me", "nonsense", Some(version)).await;
        refused(&answer, 400, "bad_request", "", "");
        assert_eq!(answer.json()["error"]["message"].as_str().unwrap().matches("202").count(), 70);
    }
}

pub async fn a_key_may_be_pinned(target: &Target) {
    let people = target.people();
    let path = format!("/users/{}", people.nora);
    let version = async |key: &str, version: Option<&str>| {
        get(target, &path, key, version).await.header("api-version-date").to_owned()
    };
    assert_eq!(version(OWN_KEY, None).await, "2025-01-01");
    assert_eq!(version(OWN_KEY_NEWEST, None).await, NEWEST);
    assert_eq!(version(OWN_KEY_NEWEST, Some("2026-06-09")).await, "2026-06-09");
}

pub async fn several_version_lines_must_agree(target: &Target) {
    let token = target.own_token(&target.people().nora);
    let with = async |versions: [&'static str; 2]| {
        target
            .send("GET", "/users/me", |request| {
                let request = request.header("authorization", format!("Bearer {token}"));
                versions.iter().fold(request, |request, version| request.header("Api-Version-Date", *version))
            })
            .await
    };
    assert_eq!(with(["2026-06-09", "2026-06-09"]).await.status, 200);
    refused(&with(["2026-06-09", "2026-06-08"]).await, 400, "bad_request", "", "");
}
