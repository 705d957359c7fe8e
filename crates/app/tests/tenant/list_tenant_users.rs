//! The members of a tenant (sections 4.3, 4.5 and 9).

use futures_util::future::join_all;
use serde_json::json;

use crate::{
    call::{get, list, refused},
    support::{
        Answer, Target,
        members::{ACME, Members, OTHER, bearer},
    },
};

pub async fn a_tenant_lists_its_own_members(target: &Target) {
    let members = target.members();
    let token = bearer(members.mira(), None);
    let find = async |query: &str| list(&get(target, &format!("/api/acme/v1/users?{query}"), &token).await);
    for search in [
        Members::email(members.deactive()).to_uppercase(),
        format!("MIRA%20SOLBERG%20{}", members.deactive()),
    ] {
        let found = find(&format!("search={search}")).await;
        assert_eq!(found["total_count"], 1, "{search}");
        assert_eq!(
            (&found["data"][0]["id"], &found["data"][0]["tenant_user"]["status"]),
            (&json!(members.deactive()), &json!(2))
        );
        assert_eq!(
            found["data"][0]["created_by"]["label"],
            json!(format!("Mira Solberg {}", members.owner()))
        );
    }
    for nobody in [
        Members::email(members.deleted()),
        Members::email(members.alone()),
        "%25".to_owned(),
        "a%0Ab".to_owned(),
        "_".to_owned(),
    ] {
        assert_eq!(find(&format!("search={nobody}")).await["total_count"], 0, "{nobody}");
    }
    // The members of this family in the tenant, whom no other test renames.
    let family = format!("search=solberg%20{}", members.mira() / 10);
    let mut found = Vec::new();
    for page in 1..=4 {
        let answer = find(&format!("{family}&take=2&page={page}")).await;
        assert_eq!(
            (&answer["total_count"], &answer["page"], &answer["take"]),
            (&json!(6), &json!(page), &json!(2))
        );
        found.extend(answer["data"].as_array().unwrap().iter().map(|user| user["id"].as_i64().unwrap()));
    }
    let first = i64::from(members.mira());
    assert_eq!(found, (first..first + 6).collect::<Vec<_>>(), "by name, each once");
    assert_eq!(find("").await["data"].as_array().unwrap().len(), 25);
    let other = list(&get(target, "/api/other/v1/users?search=mira", &bearer(members.admin(), None)).await);
    assert!(other["data"].as_array().unwrap().iter().all(|user| user["tenant_user"]["tenant_id"] == 8));
}

pub async fn the_601st_list_of_a_minute_waits(target: &Target) {
    let token = bearer(target.members().mira(), None);
    let client = Target::client();
    let ask = async || {
        let url = format!("{}/api/acme/v1/users?take=1&search=nobody", target.url);
        Answer::read(client.get(url).header("authorization", &token).send().await.unwrap()).await
    };
    for _ in 0..30 {
        join_all((0..20).map(|_| ask())).await.iter().for_each(|answer| {
            list(answer);
        });
    }
    let answer = ask().await;
    refused(&answer, 429, &[("TOO_MANY_REQUESTS", "")]);
    assert!((1..=60).contains(&answer.header("retry-after").parse::<u32>().unwrap()));
    assert_eq!(get(target, "/api/sys/v1/account/get_profile", &token).await.status, 200, "only lists wait");
}

/// The tenant in a token only says whose record is shown as `tenant_user`; what may be listed is decided by the memberships of
/// today.
pub async fn a_token_for_one_tenant_lists_the_others_of_its_member(target: &Target) {
    let members = target.members();
    for tenant in [None, Some(ACME), Some(OTHER)] {
        let admin = get(target, "/api/other/v1/users?take=1", &bearer(members.admin(), tenant)).await;
        assert_eq!(list(&admin)["data"][0]["tenant_user"]["tenant_id"], OTHER);
        let mira = get(target, "/api/other/v1/users", &bearer(members.mira(), tenant)).await;
        refused(&mira, 403, &[("TENANT_USER_NOT_ACTIVE", "")]);
    }
}

pub async fn odd_pages_are_refused(target: &Target) {
    let token = bearer(target.members().mira(), None);
    for (query, errors) in [
        ("take=0", &[("OUT_OF_RANGE", "take")][..]),
        ("take=101", &[("OUT_OF_RANGE", "take")]),
        ("page=0", &[("OUT_OF_RANGE", "page")]),
        ("page=-1", &[("OUT_OF_RANGE", "page")]),
        ("take=x", &[("INVALID_TYPE", "take")]),
        ("page=1.5", &[("INVALID_TYPE", "page")]),
        ("page=", &[("INVALID_TYPE", "page")]),
        ("page=0&take=x", &[("INVALID_TYPE", "take"), ("OUT_OF_RANGE", "page")]),
    ] {
        for path in ["/api/acme/v1/users", "/api/sys/v1/languages"] {
            refused(&get(target, &format!("{path}?{query}"), &token).await, 400, errors);
        }
    }
    for letters in [257, 60_000] {
        let query = format!("/api/acme/v1/users?search={}", "x".repeat(letters));
        refused(&get(target, &query, &token).await, 400, &[("TOO_LONG", "search")]);
    }
    assert_eq!(
        list(&get(target, &format!("/api/acme/v1/users?search={}", "x".repeat(256)), &token).await)["total_count"],
        0
    );
}
