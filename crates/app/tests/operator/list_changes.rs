//! The feed in pages (section 9; section 15, row 27).

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use profile_domain::operator::Role;
use serde_json::{Value, json};

use super::{
    answers::{invalid, ok},
    fixtures::client_profile,
    follower::{Follower, each, list, position},
    service::Service,
};

const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// An instant as part of a query.
fn encoded(at: &str) -> String {
    at.replace(':', "%3A").replace('+', "%2B")
}

pub async fn a_walk_in_pages_gives_each_change_once_and_in_order(service: &Service) {
    let follower = Follower::new(service).await;
    let (one, other) = (follower.three().await, follower.three().await);
    follower.set(&one, json!({"city": "Ystad"})).await;
    let all = follower.changes(7, "").await;
    let (mut walked, mut after) = (Vec::new(), follower.start.clone());
    loop {
        let page = follower.get(&format!("/changes?after={after}&actor=me&limit=3")).await;
        assert_eq!(page.as_object().unwrap().keys().collect::<Vec<_>>(), ["changes", "next"]);
        assert!(position(&page) >= after, "a position never goes back");
        after = position(&page);
        if list(&page).is_empty() {
            break;
        }
        assert!(list(&page).len() <= 3);
        walked.extend(list(&page));
    }
    assert_eq!(walked, all);
    let ids = each(&walked, "id");
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
    for (path, versions) in [(&one, vec![1, 2, 3, 4]), (&other, vec![1, 2, 3])] {
        let of_record = walked.iter().filter(|change| path.ends_with(change["key"].as_str().unwrap()));
        assert_eq!(of_record.map(|change| change["version"].as_i64().unwrap()).collect::<Vec<_>>(), versions);
    }
    // From the beginning, too, nothing comes twice.
    let (mut seen, mut after) = (BTreeSet::new(), String::new());
    for _ in 0..4 {
        let page = follower.get(&format!("/changes?limit=40{after}")).await;
        assert!(each(&list(&page), "id").into_iter().all(|id| seen.insert(id.to_owned())));
        after = format!("&after={}", position(&page));
    }
    assert_eq!(seen.len(), 160);
}

pub async fn values_are_shown_on_request_as_the_role_may_read_them(service: &Service) {
    let follower = Follower::new(service).await;
    let account = follower.three().await;
    let bare = follower.changes(3, "").await[1].clone();
    let members = [
        "id", "kind", "key", "person", "version", "at", "cause", "fields", "ended", "erased", "digest",
        "withheld",
    ];
    assert_eq!(bare.as_object().unwrap().keys().collect::<Vec<_>>(), members);
    assert_eq!(bare["fields"][0], json!({"field": "city"}));
    assert_eq!((&bare["cause"]["reason"], &bare["withheld"]), (&Value::Null, &json!([])));

    for role in [Role::Reader, Role::Support, Role::Privacy, Role::Admin] {
        let query = format!("/changes?after={}&actor={}&values=true", follower.start, follower.actor());
        let shown = list(&ok(&service.get(role, &query).await))[1].clone();
        let history = ok(&service.get(role, &format!("{account}/changes")).await)["changes"][1].clone();
        assert_eq!(shown, history, "{role:?}");
        let is_read = role != Role::Reader;
        assert_eq!(shown["fields"][0]["new"] == json!("Lund"), is_read, "{role:?}: {shown}");
        assert_eq!(shown["cause"]["reason"] == json!("of a follower"), is_read);
    }
}

pub async fn a_chain_has_salt_and_texts_only_with_values(service: &Service) {
    let follower = Follower::new(service).await;
    let account = follower.three().await;
    let history = |role| service.get(role, &format!("{account}/changes?include=chain"));
    let mut expected = list(&ok(&history(Role::Admin).await));
    expected.reverse();
    let with_values = follower.changes(3, "&include=chain&values=true").await;
    assert_eq!(with_values, expected);
    assert!(with_values[2]["chain"]["salt"].is_string());

    let mut of_reader = list(&ok(&history(Role::Reader).await));
    of_reader.reverse();
    let without = follower.changes(3, "&include=chain").await;
    let chains = |changes: &[Value]| changes.iter().map(|change| change["chain"].clone()).collect::<Vec<_>>();
    assert_eq!(chains(&without), chains(&of_reader), "as for a reader");
    assert_eq!(without[1]["fields"][0], json!({"field": "city"}));
}

pub async fn a_page_begins_at_a_position_an_instant_or_the_end(service: &Service) {
    let follower = Follower::new(service).await;
    follower.three().await;
    let changes = follower.changes(3, "").await;
    let ids = each(&changes, "id");
    let from = async |after: &str| {
        let page = follower.get(&format!("/changes?after={after}&actor=me")).await;
        each(&list(&page), "id").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(from(ids[0]).await, ids[1..]);
    // No change has this id, and it is a position all the same.
    let (head, _) = ids[1].split_at(24);
    assert_eq!(from(&format!("{head}ffffffffffff")).await, ids[2..]);
    let at = changes[1]["at"].as_str().unwrap();
    assert_eq!(from(&encoded(at)).await, ids[1..], "before the first change not earlier");
    let elsewhere = chrono::DateTime::parse_from_rfc3339(at).unwrap();
    let elsewhere = elsewhere.with_timezone(&chrono::FixedOffset::east_opt(7200).unwrap()).to_rfc3339();
    assert_eq!(from(&encoded(&elsewhere)).await, ids[1..]);
    let later = chrono::DateTime::parse_from_rfc3339(at).unwrap() + chrono::TimeDelta::microseconds(1);
    assert_eq!(from(&encoded(&later.to_rfc3339())).await, ids[2..]);

    let newest = follower.get("/changes?after=latest").await;
    assert!(list(&newest).is_empty() && position(&newest).as_str() >= ids[2]);
    for (first, query) in [("absent", ""), ("nil", NIL), ("long ago", "1970-01-01T00%3A00%3A00Z")] {
        let query =
            if query.is_empty() { "/changes?".to_owned() } else { format!("/changes?after={query}&") };
        let page = follower.get(&format!("{query}limit=1")).await;
        let beginning = follower.get("/changes?limit=1").await;
        assert_eq!(page, beginning, "{first}");
    }
    let future = follower.get("/changes?after=2999-01-01T00%3A00%3A00Z").await;
    assert!(list(&future).is_empty());
    assert_eq!(follower.get(&format!("/changes?after={}", position(&future))).await, future);
}

pub async fn a_page_moves_past_what_its_filter_leaves_out(service: &Service) {
    let follower = Follower::new(service).await;
    follower.three().await;
    let last = follower.changes(3, "").await[2]["id"].as_str().unwrap().to_owned();
    for filter in ["actor=operator:opk_00000000000000", "kind=brand&actor=me", "field=title&actor=me"] {
        let page = follower.get(&format!("/changes?after={}&{filter}", follower.start)).await;
        assert!(list(&page).is_empty() && position(&page) >= last, "{filter}: {page}");
    }
}

pub async fn filters_select_by_kind_field_and_actor(service: &Service) {
    let follower = Follower::new(service).await;
    follower.three().await;
    let client =
        format!("/records/client/5b2f6a3e-8f0d-4c56-9f6e-0000{:08x}", 0xfeed_0000 + service.number());
    let make = |path: String, fields: Value| {
        follower
            .call("PUT", &path)
            .header("if-none-match", "*")
            .json(&json!({ "fields": fields, "cause": { "reason": "of a test" } }))
    };
    assert_eq!(make(client.clone(), json!({"profile": client_profile()})).await.status, 201);
    follower.set(&client, json!({"profile": {"first_name": "Ada"}})).await;
    let business = format!("/records/business/biz_F{:013}", service.number());
    assert_eq!(make(business, json!({"title": "Feed"})).await.status, 201);
    let all = follower.changes(6, "").await;
    assert_eq!(all.len(), 6);
    let found = async |filter: &str| -> Vec<String> {
        let page = follower.get(&format!("/changes?after={}&limit=200&{filter}", follower.start)).await;
        let name = |change: &Value| format!("{}{}", change["kind"].as_str().unwrap(), change["version"]);
        list(&page).iter().map(name).collect()
    };
    for (filter, expected) in [
        ("kind=client&actor=me", &["client1", "client2"][..]),
        ("kind=client,business&actor=me", &["client1", "client2", "business1"]),
        ("field=city&actor=me", &["account1", "account2", "account3"]),
        ("field=profile&actor=me", &["client1", "client2"]),
        ("field=profile.first_name,title&actor=me", &["client1", "client2", "business1"]),
        ("field=profile.last_name&actor=me", &["client1"]),
        ("field=profile&kind=account&actor=me", &[]),
        ("actor=me&not_actor=me", &[]),
        ("actor=me,service&not_actor=operator&kind=business", &["business1"]),
    ] {
        assert_eq!(found(filter).await, expected, "{filter}");
    }
    let me = follower.actor();
    assert_eq!(found(&format!("actor={me}&kind=business")).await, ["business1"]);
    let others = follower.get(&format!("/changes?after={}&not_actor=me&limit=200", follower.start)).await;
    assert!(list(&others).iter().all(|change| change["cause"]["actor"] != json!(me)));
}

pub async fn odd_parameters_of_the_feed_are_refused_by_name(service: &Service) {
    let position = "019CB73D-3218-71F7-81A2-B3C4D5E6F708";
    for (query, faults) in [
        ("?after=0".to_owned(), &[("after", "format")][..]),
        (format!("?after={position}"), &[("after", "format")]),
        ("?after=2026-03-04".to_owned(), &[("after", "format")]),
        ("?after=".to_owned(), &[("after", "format")]),
        ("?limit=0&wait=31".to_owned(), &[("limit", "value"), ("wait", "value")]),
        ("?wait=-1".to_owned(), &[("wait", "value")]),
        ("?wait=1.5&limit=201".to_owned(), &[("wait", "value"), ("limit", "value")]),
        ("?kind=nick".to_owned(), &[("kind", "value")]),
        ("?kind=client,".to_owned(), &[("kind", "value")]),
        ("?field=nick".to_owned(), &[("field", "value")]),
        ("?field=profile.".to_owned(), &[("field", "value")]),
        ("?actor=root&not_actor=operator:opk_1".to_owned(), &[("actor", "format"), ("not_actor", "format")]),
        ("?actor=account-user:070021".to_owned(), &[("actor", "format")]),
        ("?values=1&include=salt".to_owned(), &[("values", "value"), ("include", "value")]),
        ("?cursor=x&after=latest&after=latest".to_owned(), &[("cursor", "unknown"), ("after", "exclusive")]),
    ] {
        invalid(&service.get(Role::Reader, &format!("/changes{query}")).await, faults);
    }
    for actor in [
        "account-user:70021",
        "account-customer:9",
        "user:user_4hTq81LmZp0Va@biz_9QeRtYu2IoPlKj",
        "business:biz_9QeRtYu2IoPlKj",
        "client-staff:amy",
        "member:90@7",
        "operator",
        "service",
        "me",
    ] {
        ok(&service.get(Role::Reader, &format!("/changes?limit=1&not_actor={actor}&after=latest")).await);
    }
}

pub async fn a_wait_answers_at_the_first_match(service: &Service) {
    let follower = Follower::new(service).await;
    let account = follower.three().await;
    follower.changes(3, "").await;
    let begun = Instant::now();
    let query = format!("/changes?after={}&actor=me&field=city&wait=30", follower.start);
    assert_eq!(list(&follower.get(&query).await).len(), 3, "what is there is answered at once");
    let after = position(&follower.get("/changes?after=latest").await);
    let waiting = async {
        follower.get(&format!("/changes?after={after}&actor=me&field=city&wait=30&values=true")).await
    };
    let writing = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        follower.set(&account, json!({"phone": "1"})).await;
        follower.set(&account, json!({"city": "Ystad"})).await;
        Instant::now()
    };
    let (page, written) = tokio::join!(waiting, writing);
    assert!(written.elapsed() < Duration::from_secs(5), "it is told soon");
    assert!(begun.elapsed() < Duration::from_secs(25));
    let changes = list(&page);
    assert_eq!(changes.len(), 1, "{page}");
    assert_eq!(changes[0]["fields"][0], json!({"field": "city", "old": "Malmö", "new": "Ystad"}));
    assert!(changes[0]["id"].as_str().unwrap() <= position(&page).as_str());
}

pub async fn a_wait_without_a_match_ends_empty(service: &Service) {
    let follower = Follower::new(service).await;
    follower.three().await;
    let last = follower.changes(3, "").await[2]["id"].as_str().unwrap().to_owned();
    let begun = Instant::now();
    let page =
        follower.get(&format!("/changes?after={}&actor=service&kind=brand&wait=2", follower.start)).await;
    let took = begun.elapsed();
    assert!(list(&page).is_empty() && position(&page) >= last, "{page}");
    assert!(took >= Duration::from_secs(2) && took < Duration::from_secs(8), "{took:?}");
}

pub async fn the_feed_is_answered_to_head_as_to_get(service: &Service) {
    let page = service.call(Role::Reader, "HEAD", "/changes?limit=1").await;
    assert_eq!((page.status, page.bytes.len()), (200, 0));
    assert_eq!(page.header("content-type"), "application/json");
    let stream = service.call(Role::Reader, "HEAD", "/changes").header("accept", "text/event-stream").await;
    assert_eq!((stream.status, stream.bytes.len()), (200, 0));
    assert_eq!(stream.header("content-type"), "text/event-stream");
    assert_eq!(stream.header("x-accel-buffering"), "no");
}
