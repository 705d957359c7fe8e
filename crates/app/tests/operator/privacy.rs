//! What erasures must not leave and must not harm, over files and kills (section 15, row 29): canaries in every place that the
//! service writes to, servers that die during an erasure, and a backup that brings people back.
//!
//! `PROOF_ERASURES` says how many servers are killed on each store (3 unless told).
#![allow(clippy::print_stdout)] // the figures are for the README

use std::{
    collections::BTreeSet,
    env, fs,
    os::unix::fs::{FileExt as _, MetadataExt as _},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use profile_domain::operator::Role;
use profile_testkit::{cluster::Cluster, nats::Broker};
use serde_json::{Value, json};

use super::{
    answers::{ok, problem},
    canaries::Canaries,
    erased::{Person, names},
    service::Service,
};
use crate::support::{KEYS_DIR, Target, clients, pattern, people::OWN_KEY, profile, user};

const SQLITE: &str = "sqlite://data/profile.db";

/// How long a server may take to finish what another one has left.
const FINISHED: Duration = Duration::from_secs(30);

fn kills() -> u64 {
    env::var("PROOF_ERASURES").map_or(3, |kills| kills.parse().unwrap())
}

/// Every file below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// What `found` finds in the files below a folder, and in their names.
fn in_files(folder: &Path, skipped: &[&str], found: impl Fn(&[u8]) -> BTreeSet<String>) -> BTreeSet<String> {
    let mut paths = Vec::new();
    files(folder, &mut paths);
    let name = |path: &Path| path.strip_prefix(folder).unwrap().display().to_string();
    paths.retain(|path| !skipped.iter().any(|skipped| name(path).starts_with(skipped)));
    let within = |path: &PathBuf| [found(name(path).as_bytes()), found(&fs::read(path).unwrap_or_default())];
    paths.iter().flat_map(within).flatten().collect()
}

/// The word, if it stands below a folder.
fn with_word(folder: &Path, word: &str) -> BTreeSet<String> {
    in_files(folder, &[], |bytes| {
        let has = bytes.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()));
        has.then(|| word.to_owned()).into_iter().collect()
    })
}

/// A person whose word is in the log of changes, in a kept reply, among the media and in the search.
async fn planted(service: &Service) -> Person {
    let person = Person::make(service).await;
    let word = &person.word;
    let patch =
        json!({"fields": {"address": word, "comment": format!("{word} {word}")}, "cause": {"reason": word}});
    let call = service.patch(Role::Support, person.path("account"), &patch);
    ok(&call.header("idempotency-key", &format!("plant-{}", person.id)).await);
    let name = json!({"fields": {"bio": null, "name": format!("{word} the second")}});
    ok(&service.patch(Role::Support, person.path("user"), &name).await);
    ok(&service.delete(Role::Admin, &format!("{}?reason={word}", person.path("override"))).await);
    person
}

/// Somebody who is erased and somebody who stays, each with a word in every text, and who else has heard of them.
struct Scene {
    service: Service,
    broker: Broker,
    erased: Canaries,
    other: Canaries,
}

impl Scene {
    /// Plants the words, and keeps the checkpoints that cover them.
    async fn of(database: &str) -> Self {
        let broker = Broker::start();
        broker.create_stream();
        let service = Service::binary(database, &[("PROFILE_NATS_URL", &broker.url())]);
        let (erased, other) = (Canaries::plant(&service).await, Canaries::plant(&service).await);
        let scene = Self { service, broker, erased, other };
        scene.keep_checkpoints().await;
        scene
    }

    /// Waits until a checkpoint covers the last change, and keeps all of them with their keys.
    async fn keep_checkpoints(&self) {
        let service = &self.service;
        let newest = format!("{}/changes?limit=1", self.other.person.path("account"));
        let last = ok(&service.get(Role::Privacy, &newest).await)["changes"][0]["id"].clone();
        let covered = async {
            loop {
                let checkpoints = ok(&service.get(Role::Privacy, "/checkpoints?limit=200").await);
                if checkpoints["next"] == last {
                    return checkpoints;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        let checkpoints = tokio::time::timeout(FINISHED, covered).await.unwrap();
        fs::write(service.folder.join("kept.json"), checkpoints.to_string()).unwrap();
        let keys = service.open("GET", "/operator/jwks.json").await;
        fs::write(service.folder.join("jwks.json"), keys.text).unwrap();
    }

    /// Erases the person; nothing is left in what the service answers and writes beside the database.
    async fn erase(&self) {
        let Self { service, broker, erased, other } = self;
        erased.person.erase(service).await;
        let nothing = BTreeSet::new();
        assert_eq!(
            in_files(&service.folder.join("profile-data"), &[], |bytes| erased.within(bytes)),
            nothing
        );
        let metrics = service.open("GET", "/metrics").await;
        assert_eq!(erased.within(metrics.text.as_bytes()), nothing);
        assert_eq!(
            erased.within(&fs::read(service.folder.join("log")).unwrap()),
            nothing,
            "the log of the server"
        );
        let changes =
            service.get(Role::Privacy, &erased.person.below("/changes?limit=200&include=chain")).await;
        assert_eq!(erased.within(changes.text.as_bytes()), nothing);
        let changes =
            service.get(Role::Privacy, &other.person.below("/changes?limit=200&include=chain")).await;
        assert!(!other.within(changes.text.as_bytes()).is_empty(), "another person's stay");
        let ended: BTreeSet<&str> =
            erased.person.paths.iter().map(|path| path.strip_prefix("/records/").unwrap()).collect();
        for _ in 0..300 {
            let messages = broker.messages();
            let told = messages.iter().filter(|message| message.body["data"]["ended"] == true);
            let told: BTreeSet<&str> =
                told.map(|message| message.body["subject"].as_str().unwrap()).collect();
            if told.is_superset(&ended) {
                let all: String = messages.iter().map(|message| message.body.to_string()).collect();
                assert_eq!(erased.within(all.as_bytes()), nothing, "the stream");
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the stream was not told of the erasure");
    }

    /// The log and the checkpoints from before the erasure hold, by `docs/verify.py` and by `profile verify`, for which the server is
    /// killed.
    fn verify(&self, database: &str) {
        let Service { folder, url, .. } = &self.service;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify.py");
        let mut verify = Command::new("python3");
        verify.arg(script).args(["--url", url, "--key", self.service.key(Role::Privacy)]);
        let verified = verify.args(["--checkpoints", "kept.json"]).current_dir(folder).output().unwrap();
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
        self.service.kill();
        let kept = ["--against", "kept.json", "--jwks", "jwks.json"];
        let verified = profile(folder, database).arg("verify").args(kept).output().unwrap();
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    }
}

#[tokio::test]
async fn no_canary_is_left_in_the_files_of_sqlite() {
    let scene = Scene::of(SQLITE).await;
    let Scene { service, erased, other, .. } = &scene;
    let left = |of: &Canaries| in_files(&service.folder, &["rows.ndjson"], |bytes| of.within(bytes));
    assert_eq!(left(erased), erased.open, "the canaries are planted, and what is sealed is in no file");
    scene.erase().await;
    assert_eq!(left(erased), BTreeSet::new());
    assert_eq!(left(other), other.open, "another person stays");
    scene.verify(SQLITE);
    assert_eq!(left(erased), BTreeSet::new());
}

#[tokio::test]
async fn no_canary_is_left_in_the_tables_of_postgres() {
    let cluster = Cluster::start();
    let database = cluster.database();
    let scene = Scene::of(&database).await;
    let Scene { erased, other, .. } = &scene;
    let left = |of: &Canaries| of.within(cluster.dump(&database).as_bytes());
    let planted = left(erased);
    assert!(planted.len() * 10 > erased.open.len() * 9, "all but the bytes of files: {}", planted.len());
    scene.erase().await;
    assert_eq!(left(erased), BTreeSet::new(), "no row has one");
    assert_eq!(left(other).len(), planted.len(), "another person stays");
    scene.verify(&database);
    // The write-ahead log goes when it is recycled, as backups do.
    cluster.execute(&database, "VACUUM (FULL, ANALYZE)");
    cluster.execute(&database, "CHECKPOINT");
    assert_eq!(in_files(&cluster.data, &["pg_wal"], |bytes| erased.within(bytes)), BTreeSet::new());
}

/// Whether the memory of the server has the word, which a dump of it would have; `None` where nobody may look into it.
fn has_word_in_memory(service: &Service, word: &str) -> Option<bool> {
    let found = Command::new("pgrep").args(["-f", &pattern(&service.folder)]).output().unwrap();
    let number = String::from_utf8(found.stdout).unwrap().trim().to_owned();
    let memory = fs::File::open(format!("/proc/{number}/mem")).ok()?;
    let maps = fs::read_to_string(format!("/proc/{number}/maps")).ok()?;
    let mut piece = vec![0; 1 << 20];
    let mut is_read = false;
    for line in maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|mode| mode.starts_with("rw")))
    {
        let (begin, end) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let place = |digits| u64::from_str_radix(digits, 16).unwrap();
        let (mut at, end) = (place(begin), place(end));
        while at < end {
            // What is not there any more, or never was, is passed over.
            let Ok(length @ 1..) = memory.read_at(&mut piece, at) else { break };
            is_read = true;
            let read = &piece[..length.min(usize::try_from(end - at).unwrap())];
            if read.windows(word.len()).any(|some| some.eq_ignore_ascii_case(word.as_bytes())) {
                return Some(true);
            }
            // A word across two pieces is in the next one.
            at += if length == piece.len() { (length - word.len()) as u64 } else { length as u64 };
        }
    }
    is_read.then_some(false)
}

async fn no_canary_is_in_memory_after_a_restart(database: &str) {
    let service = Service::binary(database, &[]);
    let (person, other) = (planted(&service).await, planted(&service).await);
    person.erase(&service).await;
    service.kill();
    let service = service.again(database);
    for path in &person.paths {
        problem(&service.get(Role::Admin, path).await, 404, "ended");
        service.get(Role::Admin, &format!("{path}/changes?include=chain")).await;
    }
    ok(&service.get(Role::Admin, other.path("account")).await);
    match has_word_in_memory(&service, &other.word) {
        // The program lets nobody but root look into its memory.
        None => assert_ne!(fs::metadata("/proc/self").unwrap().uid(), 0, "the memory cannot be read"),
        Some(is_found) => {
            assert!(is_found, "what was just read is in memory; else the look shows nothing");
            assert_eq!(has_word_in_memory(&service, &person.word), Some(false));
        }
    }
}

#[tokio::test]
async fn no_canary_is_in_the_memory_of_a_server_on_sqlite_after_a_restart() {
    no_canary_is_in_memory_after_a_restart(SQLITE).await;
}

#[tokio::test]
async fn no_canary_is_in_the_memory_of_a_server_on_postgres_after_a_restart() {
    no_canary_is_in_memory_after_a_restart(&Cluster::shared().database()).await;
}

fn verify(service: &Service, database: &str) {
    let verified = profile(&service.folder, database).arg("verify").output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}

/// Either nothing has happened, or all has; within a moment, what was begun is finished.
async fn is_whole_or_absent(service: &Service, person: &Person) -> bool {
    let mut living = 0;
    for path in &person.paths {
        let answer = service.get(Role::Admin, path).await;
        assert!(answer.status == 200 || answer.status == 404, "{}", answer.text);
        living += usize::from(answer.status == 200);
    }
    if living == person.paths.len() {
        problem(&service.get(Role::Privacy, &person.below("/erasure")).await, 404, "not_found");
        return false;
    }
    assert_eq!(living, 0, "half of a person");
    for change in person.changes(service).await {
        assert_eq!(change["erased"], true, "{change}");
    }
    let finished = tokio::time::timeout(FINISHED, async {
        while service.get(Role::Privacy, &person.below("/erasure")).await.status != 200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    assert!(finished.await.is_ok(), "an erasure is finished by the next server");
    let receipt: Value = ok(&service.get(Role::Privacy, &person.below("/erasure")).await);
    assert_eq!(names(&receipt["records"]).len(), person.paths.len());
    true
}

async fn survives_kills(database: &str) {
    let mut service = Service::binary(database, &[]);
    let mut whole = 0;
    for count in 0..kills() {
        let person = Person::make(&service).await;
        let (file, media) = (person.path("file").rsplit('/').next().unwrap(), "profile-data/media");
        let erasure =
            service.post(Role::Privacy, &person.below("/erasure"), &json!({"reason": "ticket 4712"}));
        let erasure = tokio::spawn(erasure.sent());
        // Differently each time, from before the commit to behind it.
        tokio::time::sleep(Duration::from_millis(count * 37 % 120)).await;
        service.kill();
        erasure.await.unwrap();
        service = service.again(database);
        let is_erased = is_whole_or_absent(&service, &person).await;
        whole += u64::from(is_erased);
        assert_eq!(service.folder.join(media).join(format!("{file}.png")).exists(), !is_erased);
        person.erase(&service).await;
        if database == SQLITE {
            assert_eq!(with_word(&service.folder.join("data"), &person.word), BTreeSet::new());
        }
    }
    println!(
        "{database}: {} kills during erasures, {whole} of which were finished by the next server",
        kills()
    );
    service.kill();
    verify(&service, database);
}

#[tokio::test]
async fn an_erasure_is_whole_or_absent_on_sqlite_whenever_the_server_dies() {
    survives_kills(SQLITE).await;
}

#[tokio::test]
async fn an_erasure_is_whole_or_absent_on_postgres_whenever_the_server_dies() {
    survives_kills(&Cluster::shared().database()).await;
}

fn copy(from: &Path, to: &Path) {
    fs::remove_dir_all(to).ok();
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[tokio::test]
async fn what_a_backup_brings_back_is_erased_again_by_its_receipts() {
    let service = Service::binary(SQLITE, &[]);
    let (first, second) = (Person::make(&service).await, Person::make(&service).await);
    let held = Person::make(&service).await;
    service.kill();
    copy(&service.folder.join("data"), &service.folder.join("backup"));
    let service = service.again(SQLITE);
    // Nobody whom the backup knows.
    let later = Person::make(&service).await;
    held.hold(&service, &["client"]).await;
    let mut receipts = String::new();
    for person in [&first, &second, &held, &later] {
        receipts.push_str(&person.erase(&service).await);
        receipts.push('\n');
    }
    let own = receipts.lines().next().unwrap().to_owned();
    let of_another = own.replace(&first.id, &second.id);
    let (unsigned, _) = own.rsplit_once(",\"jws\"").unwrap();
    let (_, signature) = own.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { "B" } else { "A" };
    let wrong = own.replace(signature, &format!("{other}{}", signature.get(1..).unwrap()));
    let refused = [&of_another, &format!("{unsigned}}}"), &wrong, "no receipt"];
    receipts.extend(refused.map(|line| format!("{line}\n")));
    let file = service.folder.join("receipts.ndjson");
    fs::write(&file, receipts).unwrap();
    service.kill();
    copy(&service.folder.join("backup"), &service.folder.join("data"));
    let erase = || {
        let run = profile(&service.folder, SQLITE).args(["erase", "--receipts"]).arg(&file).output().unwrap();
        (run.status.code(), String::from_utf8(run.stdout).unwrap(), String::from_utf8(run.stderr).unwrap())
    };
    let (code, told, errors) = erase();
    assert_eq!((code, told.trim()), (Some(1), "erased 2, unchanged 0, unknown 1, failed 5"), "{errors}");
    for line in [
        "line 3: records of the person were held",
        "line 5: its signature is of something else",
        "line 6: this is no receipt",
        "line 7: its signature is wrong",
        "line 8: this is no receipt",
    ] {
        assert!(errors.contains(line), "{line}: {errors}");
    }
    assert_eq!(erase().1.trim(), "erased 0, unchanged 2, unknown 1, failed 5");
    let service = service.again(SQLITE);
    for path in first.paths.iter().chain(&second.paths) {
        problem(&service.get(Role::Admin, path).await, 404, "ended");
    }
    for path in &held.paths {
        ok(&service.get(Role::Admin, path).await);
    }
    assert_eq!(with_word(&service.folder.join("data"), &first.word), BTreeSet::new());
}

/// What the server answers about the holder of these numbers through the contracts, and what it finds.
async fn answers(server: &Target, key: &str, [login, user_id, sub, q]: [&str; 4]) -> Vec<(u16, String)> {
    let business = format!("Bearer {OWN_KEY}");
    let operator = format!("Bearer {key}");
    let calls = [
        ("/account/me".to_owned(), user(login.parse().unwrap())),
        (format!("/users/{user_id}"), business),
        ("/client/profile".to_owned(), clients::token(sub)),
        (format!("/operator/v1/persons?q={q}"), operator),
    ];
    let mut answers = Vec::new();
    for (path, token) in calls {
        let answer = server.get(&path, &token).await;
        // How long it took is the only thing that may differ.
        let text = answer.text.split("\"timing\"").next().unwrap().to_owned();
        answers.push((answer.status, text));
    }
    answers
}

#[tokio::test]
async fn every_server_answers_as_for_nobody_once_a_person_is_erased() {
    let database = Cluster::shared().database();
    let service = Service::binary(&database, &[]);
    let keys = service.folder.join(KEYS_DIR).display().to_string();
    let media = format!("file://{}/profile-data/media", service.folder.display());
    let environment = [("PROFILE_KEYS_DIR", keys.as_str()), ("PROFILE_MEDIA_URL", media.as_str())];
    let beside = Target::serve_with(Target::empty(), &database, &environment);
    let person = Person::make(&service).await;
    let key = |kind: &str| person.path(kind).rsplit('/').next().unwrap().to_owned();
    let (login, user, sub) = (key("account"), key("user"), key("client"));
    let key = service.key(Role::Support);
    let found = async || answers(&beside, key, [&login, &user, &sub, &person.word]).await;
    let search = format!("/operator/v1/persons?q={}", person.word);
    let searched = async {
        while !beside.get(&search, &format!("Bearer {key}")).await.text.contains(&login) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(FINISHED, searched).await.unwrap();
    let before = found().await;
    assert!(
        before
            .iter()
            .all(|(status, text)| *status == 200 && text.contains(&person.word) || text.contains(&person.id)),
        "{before:?}"
    );
    person.erase(&service).await;
    let nobody = ["9999999", "user_T9999999999999", "5b2f6a3e-8f0d-4c56-9f6e-ffffffffffff", "nobodyatall"];
    assert_eq!(found().await, answers(&beside, key, nobody).await);
}
