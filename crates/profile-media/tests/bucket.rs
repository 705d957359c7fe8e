//! A bucket keeps the promises of the media port, also where it answers strangely or not at all.
#![allow(clippy::unwrap_used)] // a test fails by panicking

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use profile_media::{Location, ObjectMedia};
use profile_ports::Media;
use profile_testkit::s3::{FakeS3, Mood};

async fn bucket(mood: Mood) -> (Arc<dyn Media>, FakeS3) {
    let server = FakeS3::start(mood).await;
    let location = Location::parse("s3://bucket/prefix").unwrap();
    let media = ObjectMedia::open_with(location, server.environment()).unwrap();
    (Arc::new(media), server)
}

mod friendly {
    profile_testkit::media_conformance!(super::bucket(profile_testkit::s3::Mood::Friendly));
}

mod without_listing {
    profile_testkit::media_conformance!(super::bucket(profile_testkit::s3::Mood::Forbidding));
}

#[tokio::test]
async fn a_bucket_that_refuses_everything_has_no_missing_file() {
    for before in [Mood::Friendly, Mood::Forbidding] {
        let (media, server) = bucket(before).await;
        assert!(media.read("a.png", None).await.unwrap().is_none());
        server.set_mood(Mood::Refusing);
        assert!(media.read("a.png", None).await.is_err());
        assert!(media.size("a.png").await.is_err());
        assert!(media.ready().await.is_err());
        server.set_mood(before);
        assert_eq!(media.size("a.png").await.unwrap(), None);
        media.ready().await.unwrap();
    }
}

#[tokio::test]
async fn silence_is_an_error_in_seconds_and_then_at_once() {
    let (media, server) = bucket(Mood::Silent).await;
    let asked = Instant::now();
    let answers = futures_util::future::join_all((0..6).map(|_| media.read("a.png", None))).await;
    assert!(answers.iter().all(Result::is_err));
    assert!(asked.elapsed() < Duration::from_secs(20), "{:?}", asked.elapsed());
    let asked = Instant::now();
    assert!(media.ready().await.is_err());
    assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());

    server.set_mood(Mood::Friendly);
    while media.ready().await.is_err() {
        assert!(asked.elapsed() < Duration::from_secs(30), "never asked again");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(media.read("a.png", None).await.unwrap().is_none());
}
