//! What nobody uses goes after a day, what was left lying is finished, and what is used stays.
#![allow(clippy::unwrap_used)] // a test fails by panicking

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use profile_domain::{
    Text,
    sealed::{Sealed, WrappedKey},
    users::{Credential, Picture, PictureFault, UPLOAD_LIFETIME, Upload, UploadStatus, User, Visibility},
};
use profile_ports::{
    Balances, ImageFault, Images, KeyedHash, PasswordBusy, PasswordTurn, Passwords, Rendition, Unavailable,
    Vault, Verdict,
};
use profile_testkit::{
    fixed::{CountingIds, FixedClock},
    fixtures::{commit, text, user},
    memory::{MemoryMedia, MemoryStore},
};
use profile_usecases::{
    Core, Origin,
    sweep::{Swept, sweep},
    users::{NewUpload, ReceiveFault, admit_bytes, create_upload, rendition_file, sealed},
};

struct Nobody;

#[async_trait]
impl Images for Nobody {
    async fn render(&self, picture: Bytes) -> Result<Rendition, ImageFault> {
        if picture.starts_with(b"bad") {
            Err(ImageFault::Unreadable)
        } else {
            Ok(Rendition { bytes: picture, extension: "jpg" })
        }
    }
}

#[async_trait]
impl Balances for Nobody {
    async fn holdings_of(&self, _user: &User) -> Result<Vec<profile_domain::users::Holding>, Unavailable> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl PasswordTurn for Nobody {
    async fn verify(&mut self, _: &str, _: &Text) -> Result<Verdict, PasswordBusy> {
        Err(PasswordBusy::Queue)
    }
}

#[async_trait]
impl Passwords for Nobody {
    async fn turn(&self, _: i32) -> Box<dyn PasswordTurn> {
        Box::new(Self)
    }

    async fn hash(&self, _: &str, _: Option<&Text>) -> Result<Text, Unavailable> {
        Err(Unavailable::passwords("nobody"))
    }

    fn understands(&self, _: &str) -> bool {
        false
    }
}

impl Vault for Nobody {
    fn new_key(&self) -> Result<WrappedKey, Unavailable> {
        Err(Unavailable::vault("nobody"))
    }

    fn seal(&self, _: &WrappedKey, _: &str, _: &Text) -> Result<Sealed, Unavailable> {
        Err(Unavailable::vault("nobody"))
    }

    fn open(&self, _: &WrappedKey, _: &str, _: &Sealed) -> Option<Text> {
        None
    }

    fn master(&self) -> String {
        String::new()
    }

    fn rewrap(&self, _: &WrappedKey) -> Result<WrappedKey, Unavailable> {
        Err(Unavailable::vault("nobody"))
    }
}

impl KeyedHash for Nobody {
    fn hash(&self, text: &str) -> String {
        format!("hash of {text}")
    }
}

const DAY: i64 = 24 * 60 * 60;

fn service() -> (Core, Arc<FixedClock>) {
    let clock = Arc::new(FixedClock::at(1_780_000_000));
    let core = Core {
        store: Arc::new(MemoryStore::default()),
        media: Arc::new(MemoryMedia::default()),
        images: Arc::new(Nobody),
        balances: Arc::new(Nobody),
        vault: Arc::new(Nobody),
        passwords: Arc::new(Nobody),
        clock: Arc::clone(&clock) as _,
        ids: Arc::new(CountingIds::default()),
        keyed_hash: Arc::new(Nobody),
    };
    (core, clock)
}

fn origin() -> Origin {
    Origin { contract: "users", request_id: "test".to_owned() }
}

async fn announced(core: &Core) -> Upload {
    let credential = Credential::User { user: user(1, &[]).id, scopes: [""; 0].into_iter().collect() };
    let new = NewUpload {
        filename: text("nora.png"),
        content_type: "image/png".to_owned(),
        visibility: Visibility::Private,
    };
    create_upload(core, &credential, new, &origin()).await.unwrap()
}

async fn send(core: &Core, upload: &Upload, bytes: &'static [u8]) -> Result<String, ReceiveFault> {
    let token = upload.token.as_str();
    let seal = core.keyed_hash.hash(&sealed(token));
    let mut receiving = admit_bytes(core, token, &seal, Some("image/png")).await?;
    receiving.write(Bytes::from_static(bytes)).await?;
    receiving.finish(origin()).await
}

async fn stored(core: &Core, upload: &Upload) -> Upload {
    core.store.find_upload(&upload.id).await.unwrap().unwrap()
}

/// The upload once its bytes have been looked at.
async fn settled(core: &Core, upload: &Upload) -> Upload {
    loop {
        let found = stored(core, upload).await;
        if found.status != UploadStatus::Processing {
            return found;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn bytes_must_come_in_time() {
    let (core, clock) = service();
    let upload = announced(&core).await;
    clock.advance(UPLOAD_LIFETIME.num_seconds() - 1);
    assert!(admit_bytes(&core, upload.token.as_str(), "forged", Some("image/png")).await.is_err());
    clock.advance(1);
    assert!(matches!(send(&core, &upload, b"late").await, Err(ReceiveFault::Forbidden)));
    let found = stored(&core, &upload).await;
    let fault = found.as_picture(&upload.owner, core.clock.now());
    assert_eq!(fault, Err(PictureFault::Expired));
}

#[tokio::test]
async fn a_used_picture_stays_and_an_unused_one_goes() {
    let (core, clock) = service();
    let [used, unused, silent, damaged] =
        [announced(&core).await, announced(&core).await, announced(&core).await, announced(&core).await];
    for upload in [&used, &unused] {
        send(&core, upload, b"a picture").await.unwrap();
    }
    send(&core, &damaged, b"bad picture").await.unwrap();
    let (used, unused) = (settled(&core, &used).await, settled(&core, &unused).await);
    assert_eq!(settled(&core, &damaged).await.status, UploadStatus::Failed);
    let rendition = used.rendition.clone().unwrap();
    let picture = Picture { upload: used.id.clone(), rendition: rendition.clone() };
    let nora = User { picture: Some(picture), ..user(1, &[]) };
    core.store.commit_user(commit(None, nora.clone())).await.unwrap();

    clock.advance(DAY);
    assert_eq!(sweep(&core).await.unwrap(), Swept::default(), "not a moment too early");
    clock.advance(1);
    assert_eq!(sweep(&core).await.unwrap(), Swept { removed: 3, ..Swept::default() });
    assert_eq!(sweep(&core).await.unwrap(), Swept::default());
    for gone in [&unused, &silent, &damaged] {
        assert_eq!(stored(&core, gone).await.status, UploadStatus::Removed);
    }
    let unused_rendition = rendition_file(&unused.rendition.unwrap());
    for name in [unused.content.unwrap(), unused_rendition] {
        assert_eq!(core.read_media(&name).await.unwrap(), None);
    }
    assert!(core.read_media(&rendition_file(&rendition)).await.unwrap().is_some());

    let bare = User { version: 2, picture: None, ..nora.clone() };
    core.store.commit_user(commit(Some(&nora), bare)).await.unwrap();
    assert_eq!(sweep(&core).await.unwrap().removed, 1, "replaced, and unchanged for a day");
}

#[tokio::test]
async fn what_a_stopped_server_left_lying_is_finished() {
    let (core, clock) = service();
    let upload = announced(&core).await;
    let mut writer = core.media.create("content").await.unwrap();
    writer.write(Bytes::from_static(b"a picture")).await.unwrap();
    writer.finish().await.unwrap();
    let left = Upload {
        version: 2,
        status: UploadStatus::Processing,
        content: Some("content".to_owned()),
        ..upload.clone()
    };
    core.store.commit_upload(commit(Some(&upload), left)).await.unwrap();
    clock.advance(61);
    assert_eq!(sweep(&core).await.unwrap().processed, 1);
    assert_eq!(stored(&core, &upload).await.status, UploadStatus::Ready);
}
