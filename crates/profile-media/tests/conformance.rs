//! A folder keeps the promises of the media port.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)] // a test fails by panicking

use std::sync::Arc;

use profile_media::{Location, ObjectMedia};
use profile_ports::Media;
use tempfile::TempDir;

profile_testkit::media_conformance!(async {
    let folder = TempDir::new().unwrap();
    let media = ObjectMedia::open(Location::Folder(folder.path().join("media"))).unwrap();
    (Arc::new(media) as Arc<dyn Media>, folder)
});

#[tokio::test]
async fn a_name_cannot_leave_the_folder() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("outside"), b"x").unwrap();
    let media = ObjectMedia::open(Location::Folder(folder.path().join("media"))).unwrap();
    assert!(media.read("../outside", None).await.is_err());
}

#[tokio::test]
async fn a_folder_that_has_gone_is_not_ready() {
    let folder = TempDir::new().unwrap();
    let media = ObjectMedia::open(Location::Folder(folder.path().join("media"))).unwrap();
    std::fs::remove_dir_all(folder.path().join("media")).unwrap();
    assert_eq!(media.ready().await.unwrap_err().what, "media");
}
