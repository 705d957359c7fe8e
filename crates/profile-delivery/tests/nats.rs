//! Events to a real NATS server, which is there, away, without a stream, and back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // a test fails by panicking

use std::time::Duration;

use profile_delivery::{NatsAddress, NatsStream};
use profile_domain::change::RecordKind;
use profile_ports::{EventStream as _, StreamError, StreamEvent};
use profile_testkit::nats::{Broker, Message};
use uuid::Uuid;

fn event(number: u128, kind: RecordKind) -> StreamEvent {
    StreamEvent { kind, id: Uuid::from_u128(number), body: format!(r#"{{"number":{number}}}"#).into() }
}

async fn publish(stream: &NatsStream, number: u128) -> Result<(), StreamError> {
    stream.publish(&event(number, RecordKind::Account)).await
}

fn numbers(messages: &[Message]) -> Vec<u64> {
    messages.iter().map(|message| message.body["number"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn an_event_is_stored_once_under_the_subject_of_its_kind() {
    let broker = Broker::start();
    broker.create_stream();
    let stream = NatsStream::new(NatsAddress::parse(&broker.url()).unwrap());
    for (number, kind) in [(1, RecordKind::Account), (2, RecordKind::ApiKey), (1, RecordKind::Account)] {
        stream.publish(&event(number, kind)).await.unwrap();
    }
    let messages = broker.messages();
    let subjects: Vec<&str> = messages.iter().map(|message| message.subject.as_str()).collect();
    assert_eq!(subjects, ["profile.account.changed", "profile.api_key.changed"]);
    assert_eq!(numbers(&messages), [1, 2], "the copy is dropped");
    assert_eq!(messages[1].id, Uuid::from_u128(2).to_string());
    assert_eq!(messages[1].content_type, "application/cloudevents+json; charset=utf-8");
}

#[tokio::test]
async fn a_stream_that_is_not_there_is_told_from_a_broker_that_is_away() {
    let mut broker = Broker::start();
    let stream = NatsStream::new(NatsAddress::parse(&broker.url()).unwrap());
    let missing = publish(&stream, 1).await;
    let subject = "profile.account.changed";
    assert!(matches!(&missing, Err(StreamError::NoStream(of)) if of == subject), "{missing:?}");
    broker.create_stream();
    publish(&stream, 1).await.unwrap();
    broker.kill();
    let away = publish(&stream, 2).await;
    assert!(matches!(away, Err(StreamError::Connect(_) | StreamError::Timeout)), "{away:?}");
    let away = publish(&stream, 2).await;
    assert!(matches!(away, Err(StreamError::Connect(_))), "{away:?}");
    broker.restart();
    let mut tries = 0;
    while let Err(error) = publish(&stream, 3).await {
        tries += 1;
        assert!(tries < 100, "{error:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let stored = numbers(&broker.messages());
    assert_eq!(stored, [1, 3], "what was tried in vain does not come later");
}

#[tokio::test]
async fn a_wrong_password_is_a_broker_that_cannot_be_reached() {
    let broker = Broker::start();
    let url = broker.url().replace("s%40cret", "wrong");
    let stream = NatsStream::new(NatsAddress::parse(&url).unwrap());
    let refused = publish(&stream, 1).await;
    assert!(matches!(refused, Err(StreamError::Connect(_))), "{refused:?}");
    assert!(!format!("{refused:?}").contains("wrong"), "no password: {refused:?}");
}
