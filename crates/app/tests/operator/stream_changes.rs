//! The feed as server-sent events (section 9; section 15, row 28).

use profile_domain::operator::Role;
use serde_json::json;

use super::{
    answers::invalid,
    follower::{Follower, each, position},
    service::Service,
};

pub async fn events_are_written_byte_for_byte(service: &Service) {
    let follower = Follower::new(service).await;
    let account = follower.three().await;
    let changes = follower.changes(3, "&values=true").await;
    let query = format!("?after={}&actor=me&values=true", follower.start);
    let mut stream = follower.stream(&query, None).await;
    let head = |name: &str| stream.response.headers().get(name).map_or("", |value| value.to_str().unwrap());
    assert_eq!(stream.response.status(), 200);
    assert_eq!(head("content-type"), "text/event-stream");
    assert_eq!((head("cache-control"), head("x-accel-buffering")), ("no-store", "no"));
    assert_eq!((head("content-encoding"), head("content-length")), ("", ""));
    assert_ne!(head("x-request-id"), "");
    assert_eq!(stream.block().await.unwrap(), "retry: 1000\n\n");
    let position = format!("event: position\nid: {}\ndata: {{}}\n\n", follower.start);
    assert_eq!(stream.block().await.unwrap(), position);
    for change in changes {
        let event = format!("event: change\nid: {}\ndata: {change}\n\n", change["id"].as_str().unwrap());
        assert_eq!(stream.block().await.unwrap(), event);
    }
    // What is new comes by itself.
    follower.set(&account, json!({"city": "Ystad"})).await;
    let (_, change) = stream.change().await;
    assert_eq!(change["fields"][0], json!({"field": "city", "old": "Malmö", "new": "Ystad"}));
}

pub async fn a_stream_begins_where_it_is_told(service: &Service) {
    let follower = Follower::new(service).await;
    let account = follower.three().await;
    let changes = follower.changes(3, "").await;
    let ids = each(&changes, "id");
    let at = changes[1]["at"].as_str().unwrap().replace(':', "%3A");
    let mut of_instant = follower.stream(&format!("?after={at}&actor=me"), None).await;
    assert_eq!(of_instant.change().await.0, ids[1]);
    let mut newest = follower.stream("?after=latest&actor=me", None).await;
    newest.block().await.unwrap();
    newest.block().await.unwrap();
    follower.set(&account, json!({"city": "Ystad"})).await;
    assert_eq!(newest.change().await.1["version"], 4);
}

pub async fn a_stream_goes_on_behind_its_last_event(service: &Service) {
    let follower = Follower::new(service).await;
    let account = follower.three().await;
    let query = format!("?after={}&actor=me", follower.start);
    let (mut versions, mut last) = (Vec::new(), None::<String>);
    for round in 0..4 {
        // `after` stays as it was: the last event wins.
        let mut stream = follower.stream(&query, last.as_deref()).await;
        for _ in 0..2 {
            let (id, change) = stream.change().await;
            versions.push(change["version"].as_i64().unwrap());
            last = Some(id);
        }
        drop(stream);
        for city in ["A", "B"] {
            follower.set(&account, json!({"city": format!("{city}{round}")})).await;
        }
    }
    assert_eq!(versions, (1..=8).collect::<Vec<_>>());
}

pub async fn a_stream_filters_as_a_page_does(service: &Service) {
    let follower = Follower::new(service).await;
    let account = follower.three().await;
    let mut stream = follower.stream("?after=latest&actor=me&field=phone", None).await;
    stream.block().await.unwrap();
    follower.set(&account, json!({"city": "Ystad"})).await;
    follower.set(&account, json!({"phone": "5"})).await;
    let (id, change) = stream.change().await;
    assert_eq!((&change["version"], change["fields"][0].clone()), (&json!(5), json!({"field": "phone"})));
    assert_eq!(change["id"], json!(id));
    let newest = position(&follower.get("/changes?after=latest").await);
    assert!(newest >= id, "what a stream has told is there for pages");
}

pub async fn a_stream_refuses_limit_and_wait_by_name(service: &Service) {
    let stream = |query: &str| {
        let call = service.call(Role::Reader, "GET", &format!("/changes{query}"));
        call.header("accept", "text/event-stream")
    };
    invalid(&stream("?limit=1&wait=1").await, &[("limit", "unknown"), ("wait", "unknown")]);
    invalid(&stream("?after=x").await, &[("after", "format")]);
    invalid(
        &stream("?kind=x").header("last-event-id", "x").await,
        &[("kind", "value"), ("Last-Event-ID", "format")],
    );
    // Of a page, the header says nothing.
    let page = service.get(Role::Reader, "/changes?limit=1").header("last-event-id", "x").await;
    assert_eq!(page.status, 200);
}
