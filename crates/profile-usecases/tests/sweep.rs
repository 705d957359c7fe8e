//! What nobody uses goes after a day, what was left lying is finished, and what is used stays.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test fails by panicking

use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use profile_domain::{
    Patch, Text,
    media::MediaFile,
    users::{
        Caller, Picture, PictureFault, UPLOAD_LIFETIME, Upload, UploadStatus, User, UserPatch, Visibility,
    },
};
use profile_ports::{
    Balances, ByteRange, Clock, ImageFault, Images, KeyHolder, KeyedHash, Media, MediaStream, MediaWriter,
    PasswordBusy, PasswordTurn, Passwords, Purpose, Rendition, StoredFiles, TakeOver, Unavailable, Verdict,
};
use profile_testkit::{
    fixed::{CountingIds, FixedClock},
    fixtures::{account, commit, file, text, user},
    memory::{EmptyVault, MemoryMedia, MemoryStore, PlainSigner},
};
use profile_usecases::{
    Collected, Peers, Ports, RequestOrigin, UploadLimits, UploadRefused, collect_media, rendition_file,
    sweep::{Swept, sweep},
    users::{
        NewUpload, PictureChoice, PictureChoices, ReceiveFault, TakenOver, UserRefusal, UserSelector,
        admit_bytes, admit_update, create_upload, take_over_uploads, update_user,
    },
};

use uuid::Uuid;

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

impl KeyedHash for Nobody {
    fn hash(&self, purpose: Purpose, text: &str) -> String {
        format!("{purpose:?} of {text}")
    }

    fn seals(&self, purpose: Purpose, text: &str, given: &str) -> bool {
        KeyedHash::hash(self, purpose, text) == given
    }
}

const DAY: i64 = 24 * 60 * 60;

/// Media of which some files cannot be read, whatever becomes of them.
#[derive(Default)]
struct Worn {
    media: MemoryMedia,
    unreadable: Mutex<Vec<String>>,
}

#[async_trait]
impl Media for Worn {
    async fn create(&self, name: &str) -> Result<Box<dyn MediaWriter>, Unavailable> {
        self.media.create(name).await
    }

    async fn read(&self, name: &str, range: Option<ByteRange>) -> Result<Option<MediaStream>, Unavailable> {
        if self.unreadable.lock().unwrap().iter().any(|unreadable| unreadable == name) {
            return Err(Unavailable::media("worn"));
        }
        self.media.read(name, range).await
    }

    async fn size(&self, name: &str) -> Result<Option<u64>, Unavailable> {
        self.media.size(name).await
    }

    fn list(&self) -> StoredFiles {
        self.media.list()
    }

    async fn delete(&self, name: &str) -> Result<(), Unavailable> {
        if self.unreadable.lock().unwrap().iter().any(|unreadable| unreadable == name) {
            return Err(Unavailable::media("worn"));
        }
        self.media.delete(name).await
    }

    async fn ready(&self) -> Result<(), Unavailable> {
        self.media.ready().await
    }

    async fn remove_leftovers(&self, all: bool) -> Result<usize, Unavailable> {
        self.media.remove_leftovers(all).await
    }

    fn buffer_bytes(&self) -> u64 {
        self.media.buffer_bytes()
    }
}

/// A clock that lets somebody be faster: what is set is done the next time that it is asked, but for the first.
struct Trap {
    clock: Arc<FixedClock>,
    sprung: Mutex<(u32, Option<Act>)>,
}

type Act = Box<dyn FnOnce() + Send>;

impl Clock for Trap {
    fn now(&self) -> DateTime<Utc> {
        let mut sprung = self.sprung.lock().unwrap();
        if sprung.1.is_some() {
            sprung.0 += 1;
            if sprung.0 == 2
                && let Some(act) = sprung.1.take()
            {
                act();
            }
        }
        self.clock.now()
    }
}

const QUOTA: u64 = 1000;

fn service() -> (Ports, Arc<FixedClock>) {
    let clock = Arc::new(FixedClock::at(1_780_000_000));
    let store = Arc::new(MemoryStore::new(Arc::clone(&clock) as _, Arc::new(CountingIds::default())));
    let ports = Ports {
        store: Arc::clone(&store) as _,
        keys: store,
        media: Arc::new(MemoryMedia::default()),
        images: Arc::new(Nobody),
        balances: Arc::new(Nobody),
        vault: Arc::new(EmptyVault),
        signer: Arc::new(PlainSigner),
        service_vault: Arc::new(EmptyVault),
        passwords: Arc::new(Nobody),
        clock: Arc::clone(&clock) as _,
        ids: Arc::new(CountingIds::default()),
        keyed_hash: Arc::new(Nobody),
        peers: Arc::new(Peers::new(Uuid::from_u128(1))),
        turns: Arc::default(),
        upload_limits: Arc::new(UploadLimits::new(QUOTA)),
    };
    (ports, clock)
}

fn origin() -> RequestOrigin {
    RequestOrigin { contract: "users", request_id: "test".to_owned() }
}

fn nora() -> Caller {
    Caller::User { user: user(1, &[]).id, scopes: ["user:profile:update"].into_iter().collect() }
}

async fn announced(ports: &Ports) -> Upload {
    let credential = nora();
    let new = NewUpload {
        filename: text("nora.png"),
        content_type: "image/png".to_owned(),
        visibility: Visibility::Private,
        byte_size: None,
    };
    create_upload(ports, &credential, new, &origin(), |_| None).await.unwrap()
}

async fn send(ports: &Ports, upload: &Upload, bytes: &'static [u8]) -> Result<String, ReceiveFault> {
    let token = upload.token.as_str();
    let seal = ports.keyed_hash.hash(Purpose::UploadAddress, token);
    let mut receiving = admit_bytes(ports, token, &seal, Some("image/png")).await?;
    receiving.write(Bytes::from_static(bytes)).await?;
    receiving.finish(origin()).await
}

async fn stored(ports: &Ports, upload: &Upload) -> Upload {
    ports.find::<Upload>(&upload.id).await.unwrap().unwrap()
}

/// The upload once its bytes have been looked at.
async fn settled(ports: &Ports, upload: &Upload) -> Upload {
    loop {
        let found = stored(ports, upload).await;
        if found.status != UploadStatus::Processing {
            return found;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn bytes_must_come_in_time() {
    let (ports, clock) = service();
    let upload = announced(&ports).await;
    clock.advance(UPLOAD_LIFETIME.num_seconds() - 1);
    assert!(admit_bytes(&ports, upload.token.as_str(), "forged", Some("image/png")).await.is_err());
    clock.advance(1);
    assert!(matches!(send(&ports, &upload, b"late").await, Err(ReceiveFault::Forbidden)));
    let found = stored(&ports, &upload).await;
    let fault = found.as_picture(&upload.owner, ports.clock.now());
    assert_eq!(fault, Err(PictureFault::Expired));
}

#[tokio::test]
async fn a_used_picture_stays_and_an_unused_one_goes() {
    let (ports, clock) = service();
    let [used, unused, silent, damaged] =
        [announced(&ports).await, announced(&ports).await, announced(&ports).await, announced(&ports).await];
    for upload in [&used, &unused] {
        send(&ports, upload, b"a picture").await.unwrap();
    }
    send(&ports, &damaged, b"bad picture").await.unwrap();
    let (used, unused) = (settled(&ports, &used).await, settled(&ports, &unused).await);
    assert_eq!(settled(&ports, &damaged).await.status, UploadStatus::Failed);
    let rendition = used.rendition.clone().unwrap();
    let picture = Picture { upload: used.id.clone(), rendition: rendition.clone() };
    let nora = User { picture: Some(picture), ..user(1, &[]) };
    ports.store.commit(commit(None, nora.clone())).await.unwrap();

    clock.advance(DAY);
    assert_eq!(sweep(&ports).await.unwrap(), Swept::default(), "not a moment too early");
    clock.advance(1);
    assert_eq!(sweep(&ports).await.unwrap(), Swept { removed: 3, ..Swept::default() });
    assert_eq!(sweep(&ports).await.unwrap(), Swept::default());
    for gone in [&unused, &silent, &damaged] {
        assert_eq!(stored(&ports, gone).await.status, UploadStatus::Removed);
    }
    let unused_rendition = rendition_file(&unused.rendition.unwrap());
    for name in [unused.content.unwrap(), unused_rendition] {
        assert_eq!(ports.read_media(&name).await.unwrap(), None);
    }
    assert!(ports.read_media(&rendition_file(&rendition)).await.unwrap().is_some());

    let bare = User { version: 2, picture: None, ..nora.clone() };
    ports.store.commit(commit(Some(&nora), bare)).await.unwrap();
    assert_eq!(sweep(&ports).await.unwrap().removed, 1, "replaced, and unchanged for a day");
}

/// An upload whose bytes came to a server that then stopped; there are none if `bytes` is none.
async fn left(ports: &Ports, content: &str, bytes: Option<&'static [u8]>) -> Upload {
    let upload = announced(ports).await;
    if let Some(bytes) = bytes {
        put(ports, content, bytes).await;
    }
    let left = Upload {
        version: 2,
        status: UploadStatus::Processing,
        content: Some(content.to_owned()),
        ..upload.clone()
    };
    ports.store.commit(commit(Some(&upload), left.clone())).await.unwrap();
    left
}

async fn put(ports: &Ports, name: &str, bytes: &'static [u8]) {
    let mut writer = ports.media.create(name).await.unwrap();
    writer.write(Bytes::from_static(bytes)).await.unwrap();
    writer.finish().await.unwrap();
}

#[tokio::test]
async fn what_a_stopped_server_left_lying_is_finished() {
    let (ports, clock) = service();
    let upload = left(&ports, "content", Some(b"a picture")).await;
    clock.advance(61);
    assert_eq!(sweep(&ports).await.unwrap().processed, 1);
    assert_eq!(stored(&ports, &upload).await.status, UploadStatus::Ready);
}

#[tokio::test]
async fn lost_bytes_are_a_failure_and_no_empty_file() {
    let (ports, clock) = service();
    let (lost, empty) = (left(&ports, "lost", None).await, announced(&ports).await);
    clock.advance(61);
    assert_eq!(sweep(&ports).await.unwrap().processed, 1);
    assert_eq!(stored(&ports, &lost).await.status, UploadStatus::Failed);
    let new = NewUpload {
        filename: text("empty.txt"),
        content_type: "text/plain".to_owned(),
        visibility: Visibility::Private,
        byte_size: Some(0),
    };
    let text_file = create_upload(&ports, &nora(), new, &origin(), |_| None).await.unwrap();
    let seal = ports.keyed_hash.hash(Purpose::UploadAddress, text_file.token.as_str());
    let receiving = admit_bytes(&ports, text_file.token.as_str(), &seal, Some("text/plain")).await;
    receiving.unwrap().finish(origin()).await.unwrap();
    assert_eq!(settled(&ports, &text_file).await.status, UploadStatus::Ready, "empty as it was sent");
    assert_eq!(stored(&ports, &empty).await.status, UploadStatus::Pending);
}

#[tokio::test]
async fn what_cannot_be_read_keeps_nothing_from_its_turn_and_fails_in_the_end() {
    let (ports, clock) = service();
    let worn = Arc::new(Worn::default());
    let ports = Ports { media: Arc::clone(&worn) as _, ..ports };
    let bad = left(&ports, "bad", Some(b"a picture")).await;
    worn.unreadable.lock().unwrap().push("bad".to_owned());
    let good = left(&ports, "good", Some(b"a picture")).await;
    clock.advance(61);
    let swept = sweep(&ports).await.unwrap();
    assert_eq!((swept.processed, swept.failed), (1, 1));
    assert_eq!(stored(&ports, &good).await.status, UploadStatus::Ready);
    for _ in 0..5 {
        assert_eq!(stored(&ports, &bad).await.status, UploadStatus::Processing);
        assert_eq!(sweep(&ports).await.unwrap().failed, 1);
    }
    sweep(&ports).await.unwrap();
    assert_eq!(stored(&ports, &bad).await.status, UploadStatus::Failed);
    // Nor does a file that cannot be removed, and what is left of it is collected once it can be.
    clock.advance(DAY + 1);
    assert_eq!(sweep(&ports).await.unwrap().removed, 2);
    assert!(ports.media.size("bad").await.unwrap().is_some());
}

#[tokio::test]
async fn a_picture_that_is_removed_meanwhile_is_not_attached() {
    let (ports, clock) = service();
    ports.store.commit(commit(None, user(1, &[]))).await.unwrap();
    let upload = announced(&ports).await;
    send(&ports, &upload, b"a picture").await.unwrap();
    let ready = settled(&ports, &upload).await;
    let trap = Arc::new(Trap { clock, sprung: Mutex::new((0, None)) });
    let ports = Ports { clock: Arc::clone(&trap) as _, ..ports };
    let target = admit_update(&ports, &nora(), &UserSelector::Me, None).await.unwrap();
    let (store, gone) = (
        Arc::clone(&ports.store),
        Upload {
            version: ready.version + 1,
            status: UploadStatus::Removed,
            content: None,
            rendition: None,
            ..ready.clone()
        },
    );
    trap.sprung.lock().unwrap().1 = Some(Box::new(move || {
        store.commit(commit(Some(&ready), gone)).now_or_never().unwrap().unwrap();
    }));
    let choices = PictureChoices {
        picture: Patch::Value(PictureChoice::Id(upload.id.to_string())),
        ..PictureChoices::default()
    };
    let updated = update_user(&ports, &nora(), target, UserPatch::default(), &choices, &origin()).await;
    let refused = matches!(updated, Err(UserRefusal::Picture(PictureFault::NotFound, _)));
    assert!(refused, "{:?}", updated.map(|_| "attached"));
}

#[tokio::test]
async fn one_owner_holds_no_more_than_the_quota() {
    let (ports, clock) = service();
    let [first, second, third] = [announced(&ports).await, announced(&ports).await, announced(&ports).await];
    send(&ports, &first, &[1; 600]).await.unwrap();
    let refused = send(&ports, &second, &[1; 401]).await;
    assert!(matches!(refused, Err(ReceiveFault::Refused(UploadRefused::Quota))), "{refused:?}");
    send(&ports, &second, &[1; 400]).await.unwrap();
    let refused = send(&ports, &third, &[1; 1]).await;
    assert!(matches!(refused, Err(ReceiveFault::Refused(UploadRefused::Quota))), "{refused:?}");
    let new = NewUpload {
        filename: text("nora.png"),
        content_type: "image/png".to_owned(),
        visibility: Visibility::Private,
        byte_size: None,
    };
    let refused = create_upload(&ports, &nora(), new, &origin(), |_| None).await;
    assert!(matches!(refused, Err(UserRefusal::Upload(UploadRefused::Quota))), "{refused:?}");
    // What is swept makes room again.
    settled(&ports, &second).await;
    clock.advance(DAY + 1);
    sweep(&ports).await.unwrap();
    let again = announced(&ports).await;
    send(&ports, &again, &[1; 1000]).await.unwrap();
}

#[tokio::test]
async fn an_address_takes_bytes_of_one_at_a_time() {
    let (ports, _clock) = service();
    let upload = announced(&ports).await;
    let token = upload.token.as_str();
    let seal = ports.keyed_hash.hash(Purpose::UploadAddress, token);
    let first = admit_bytes(&ports, token, &seal, Some("image/png")).await.unwrap();
    assert!(matches!(send(&ports, &upload, b"a picture").await, Err(ReceiveFault::Underway)));
    first.abandon().await;
    send(&ports, &upload, b"a picture").await.unwrap();
}

/// As an upload or an import writes it.
async fn avatar(ports: &Ports, file: &MediaFile, contract: &str) {
    let mut commit = commit(None, file.clone());
    contract.clone_into(&mut commit.writes[0].draft.cause.door);
    ports.store.commit(commit).await.unwrap();
    put(ports, &file.file_name(), b"pixels").await;
}

#[tokio::test(start_paused = true)]
async fn what_no_record_names_and_avatars_that_nothing_shows_are_collected() {
    let (ports, _clock) = service();
    let holder = account(1);
    let own = || MediaFile { person: Some(holder.person), ..file() };
    let [unused, shown, imported] = [own(), own(), own()];
    let nobodys = file();
    for (file, contract) in
        [(&unused, "account"), (&shown, "account"), (&imported, "import"), (&nobodys, "account")]
    {
        avatar(&ports, file, contract).await;
    }
    let mut shows = holder.clone();
    shows.profile.avatar = text(shown.uuid.to_string());
    ports.store.commit(commit(None, shows)).await.unwrap();
    let upload = announced(&ports).await;
    let content = send(&ports, &upload, b"a picture").await.unwrap();
    let rendition = rendition_file(&settled(&ports, &upload).await.rendition.unwrap());
    let lost_avatar = file().file_name();
    for orphan in ["upload-lost", "picture-lost.jpg", &lost_avatar, "somebody-elses"] {
        put(&ports, orphan, b"x").await;
    }

    let collected = collect_media(&ports).await.unwrap();
    assert_eq!(collected, Collected { orphans: 3, avatars: 1 });
    let there = async |name: &str| ports.media.size(name).await.unwrap().is_some();
    for gone in ["upload-lost", "picture-lost.jpg", &lost_avatar, &unused.file_name()] {
        assert!(!there(gone).await, "{gone}");
    }
    let kept = [shown.file_name(), imported.file_name(), nobodys.file_name(), content, rendition];
    for name in kept.iter().map(String::as_str).chain(["somebody-elses"]) {
        assert!(there(name).await, "{name}");
    }
    assert!(!ports.find::<MediaFile>(&unused.uuid).await.unwrap().unwrap().is_public());
    assert_eq!(collect_media(&ports).await.unwrap(), Collected::default());
}

#[tokio::test]
async fn media_of_another_database_are_left() {
    let (ports, _clock) = service();
    let own = file();
    avatar(&ports, &own, "account").await;
    for orphan in ["upload-one", "upload-two"] {
        put(&ports, orphan, b"x").await;
    }
    assert_eq!(collect_media(&ports).await.unwrap(), Collected::default());
    ports.media.delete("upload-two").await.unwrap();
    assert_eq!(collect_media(&ports).await.unwrap(), Collected { orphans: 1, avatars: 0 });
}

#[tokio::test(start_paused = true)]
async fn an_avatar_that_is_shown_at_the_last_moment_stays() {
    let (ports, _clock) = service();
    let holder = account(1);
    let late = MediaFile { person: Some(holder.person), ..file() };
    avatar(&ports, &late, "account").await;
    let mut shows = holder.clone();
    shows.profile.avatar = text(late.uuid.to_string());
    let attach = async {
        while ports.find::<MediaFile>(&late.uuid).await.unwrap().unwrap().is_public() {
            tokio::task::yield_now().await;
        }
        ports.store.commit(commit(None, shows)).await.unwrap();
    };
    let (collected, ()) = tokio::join!(collect_media(&ports), attach);
    assert_eq!(collected.unwrap(), Collected::default());
    assert!(ports.find::<MediaFile>(&late.uuid).await.unwrap().unwrap().is_public());
    assert!(ports.media.size(&late.file_name()).await.unwrap().is_some());
}

#[tokio::test]
async fn an_upload_is_taken_over_from_a_server_that_has_gone_and_from_no_other() {
    let (ports, _) = service();
    let [gone, living] = [2, 3].map(Uuid::from_u128);
    let beat = KeyHolder { server: living, host: String::new(), beat: 1, keys: Vec::new() };
    ports.peers.note(&[beat], Instant::now());
    let mut files = Vec::new();
    for (name, server) in [("of-the-gone", Some(gone)), ("of-the-living", Some(living)), ("of-nobody", None)]
    {
        let upload = left(&ports, name, Some(b"a picture")).await;
        if let Some(server) = server {
            ports.store.take_upload(&upload.id, TakeOver { from: None, to: server }).await.unwrap();
        }
        files.push(upload);
    }
    let taken = take_over_uploads(&ports).await.unwrap();
    assert_eq!(taken, TakenOver { processed: 1, failed: 0 });
    let mut statuses = Vec::new();
    for upload in &files {
        statuses.push(stored(&ports, upload).await.status);
    }
    assert_eq!(statuses, [UploadStatus::Ready, UploadStatus::Processing, UploadStatus::Processing]);
}
