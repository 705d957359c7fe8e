//! Promises of [`Media`].

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
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

pub async fn what_is_there_is_listed_with_its_size(media: Arc<dyn Media>) {
    store(&*media, "a.png", &[b"some ", b"bytes"]).await;
    store(&*media, "empty", &[]).await;
    let writer = media.create("unfinished").await.unwrap();
    let listed = media.list().filter_map(async |file| Some(file.unwrap().name)).collect::<Vec<_>>().await;
    let mut ours: Vec<_> = listed.into_iter().filter(|name| !name.starts_with('.')).collect();
    ours.sort();
    assert_eq!(ours, ["a.png", "empty"]);
    drop(writer);
    assert_eq!(media.size("a.png").await.unwrap(), Some(10));
    assert_eq!(media.size("empty").await.unwrap(), Some(0));
    assert_eq!(media.size("unknown").await.unwrap(), None);
}

pub async fn a_file_of_many_pieces_is_whole(media: Arc<dyn Media>) {
    let piece = Bytes::from(vec![7; 64 * 1024]);
    let mut writer = media.create("large").await.unwrap();
    for _ in 0..128 {
        writer.write(piece.clone()).await.unwrap();
    }
    writer.finish().await.unwrap();
    assert_eq!(media.size("large").await.unwrap(), Some(128 * 64 * 1024));
    assert!(read(&*media, "large", None).await.unwrap().iter().all(|byte| *byte == 7));
}
