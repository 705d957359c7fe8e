//! `GET /users` (section 4, lists; section 10, row 34).

use serde_json::{Value, json};

use crate::{
    call::{NEWEST, get, patch, refused},
    support::Target,
};

fn names(page: &Value) -> Vec<String> {
    page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["username"].as_str().unwrap().to_owned())
        .collect()
}

pub async fn a_list_is_walked_to_its_end(target: &Target) {
    let token = target.own_token(&target.people().nora);
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = get(target, &format!("/users?query=pia-&first=40{cursor}"), &token, None).await.json();
        let info = &page["page_info"];
        assert_eq!(info["has_next_page"], !info["end_cursor"].is_null());
        assert_eq!(info["has_previous_page"], !cursor.is_empty());
        seen.extend(names(&page));
        let Some(next) = info["end_cursor"].as_str() else { break };
        cursor = format!("&after={next}");
    }
    assert_eq!(seen.len(), 150);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 150, "each user once");

    let page = get(target, "/users", &token, Some(NEWEST)).await;
    assert_eq!(page.keys(), ["data", "page_info"]);
    assert_eq!(names(&page.json()).len(), 20);
    assert_eq!(page.json()["data"][0]["balances"].to_string(), "[]");
    assert!(page.json()["data"][0]["email"].is_null());
    let back = get(target, "/users?last=3", &token, None).await.json();
    assert_eq!((names(&back).len(), back["page_info"]["has_previous_page"].as_bool()), (3, Some(true)));
    let start = back["page_info"]["start_cursor"].as_str().unwrap();
    let before = get(target, &format!("/users?last=3&before={start}"), &token, None).await.json();
    assert_eq!((names(&before).len(), before["page_info"]["has_next_page"].as_bool()), (3, Some(true)));
}

pub async fn the_best_match_comes_first(target: &Target) {
    let token = target.own_token(&target.people().nora);
    let page = get(target, "/users?query=%20OMAR-1%20", &token, None).await.json();
    let found = names(&page);
    assert_eq!(found[0], "omar-1");
    assert!(found.len() > 1 && found.iter().all(|name| name.starts_with("omar-1")), "{found:?}");
    let nobody = get(target, "/users?query=nobody%20is%20called%20so", &token, None).await;
    assert_eq!(
        nobody.text,
        r#"{"data":[],"page_info":{"start_cursor":null,"end_cursor":null,"has_next_page":false,"has_previous_page":false}}"#
    );
}

pub async fn odd_pages_are_refused(target: &Target) {
    let token = target.own_token(&target.people().nora);
    let page = get(target, "/users?query=omar&first=1", &token, Some(NEWEST)).await.json();
    let cursor = page["page_info"]["end_cursor"].as_str().unwrap();
    for (query, param) in [
        ("first=0", "first"),
        ("first=101", "first"),
        ("first=x", "first"),
        ("last=-1", "last"),
        ("first=1&last=1", "last"),
        (&*format!("after={cursor}&before={cursor}"), "after"),
        ("after=nonsense", "after"),
        (&*format!("after={cursor}"), "after"),
        ("query=%00", "query"),
        (&*format!("query={}", "x".repeat(257)), "query"),
        (&*format!("query={}", "%C3%A9".repeat(257)), "query"),
        (&*format!("query={}", "x".repeat(60_000)), "query"),
    ] {
        let answer = get(target, &format!("/users?{query}"), &token, Some(NEWEST)).await;
        refused(&answer, 400, "bad_request", "parameter_invalid", param);
    }
    let longest = format!("/users?query={}", "%C3%A9".repeat(256));
    assert_eq!(get(target, &longest, &token, None).await.status, 200);
    let unknown = target.send("GET", "/users", |request| request).await;
    refused(&unknown, 401, "unauthorized", "", "");
}

pub async fn letter_case_does_not_count_in_any_script(target: &Target) {
    let nora = target.people().nora;
    let token = target.own_token(&nora);
    for (name, searches) in [
        ("Иван Юный", &["Иван Ю", "иван ю", "ИВАН Ю"][..]),
        ("Große Straße", &["GROSSE STRASSE", "große straße", "oße STRAẞE"]),
        ("E\u{301}lodie Ǆ", &["élodie ǆ", "ÉLODIE ǅ", "e\u{301}lodie"]),
    ] {
        let body = json!({ "name": name }).to_string();
        assert_eq!(patch(target, "/users/me", &token, Some(NEWEST), body).await.status, 200);
        for search in searches {
            let query = search.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
            let page =
                get(target, &format!("/users?query={query}&first=100"), &token, Some(NEWEST)).await.json();
            let found =
                page["data"].as_array().unwrap().iter().filter(|user| user["id"] == json!(nora)).count();
            assert_eq!(found, 1, "{search}: {page}");
        }
    }
}
