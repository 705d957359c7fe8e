//! Promises of [`Media`].

use std::sync::Arc;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use profile_ports::{ByteRange, Media};

async fn read(media: &dyn Media, name: &str, range: Option<ByteRange>) -> Option<Vec<u8>> {
    let parts: Vec<Bytes> = media.read(name, range).await.unwrap()?.try_collect().await.unwrap();
    Some(parts.concat())
}

async fn store(media: &dyn Media, name: &str, parts: &[&'static [u8]]) {
    let mut writer = media.create(name).await.unwrap();
    for part in parts {
        writer.write(Bytes::from_static(part)).await.unwrap();
    }
    writer.finish().await.unwrap();
}

pub async fn what_was_finished_can_be_read(media: Arc<dyn Media>) {
    store(&*media, "a.png", &[b"some ", b"bytes"]).await;
    assert_eq!(read(&*media, "a.png", None).await.unwrap(), b"some bytes");
}

pub async fn a_range_is_cut_exactly(media: Arc<dyn Media>) {
    store(&*media, "a.png", &[b"0123456789"]).await;
    for range in [0..1, 0..10, 3..7, 9..10] {
        let expected =
            &b"0123456789"[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()];
        assert_eq!(read(&*media, "a.png", Some(range)).await.unwrap(), expected);
    }
}

pub async fn an_unknown_file_is_none(media: Arc<dyn Media>) {
    assert!(read(&*media, "unknown.png", None).await.is_none());
}

pub async fn what_was_aborted_or_dropped_is_not_there(media: Arc<dyn Media>) {
    let mut writer = media.create("aborted.png").await.unwrap();
    writer.write(Bytes::from_static(b"x")).await.unwrap();
    writer.abort().await;
    let mut writer = media.create("dropped.png").await.unwrap();
    writer.write(Bytes::from_static(b"x")).await.unwrap();
    drop(writer);
    for name in ["aborted.png", "dropped.png"] {
        assert!(read(&*media, name, None).await.is_none(), "{name}");
    }
}

pub async fn media_is_ready(media: Arc<dyn Media>) {
    media.ready().await.unwrap();
}

pub async fn what_was_deleted_is_not_there(media: Arc<dyn Media>) {
    store(&*media, "a.png", &[b"some bytes"]).await;
    media.delete("a.png").await.unwrap();
    assert!(read(&*media, "a.png", None).await.is_none());
    media.delete("a.png").await.unwrap();
}
