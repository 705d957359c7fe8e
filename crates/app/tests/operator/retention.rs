//! Retention: values of old changes go, the records and the log that verifies stay (docs/privacy.md).

use std::{sync::Arc, time::Duration};

use app::{
    keys::{Adopt, Need, OwnKeys},
    retention::expire_often,
    settings::{Flags, Settings},
    system::RandomIds,
    wiring::{clock, core_over},
};
use chrono::TimeDelta;
use profile_domain::{
    account::Account,
    change::RecordKind,
    operator::{Retention, Role},
};
use profile_ports::{Changes as _, Commits as _, Followers as _, Page};
use profile_testkit::{
    cluster::Cluster,
    fixed::FixedClock,
    fixtures::{account, commit, saved},
    memory::{MemoryMedia, MemoryStore},
};
use profile_usecases::{Expired, ExpiryWalk, Ports};
use serde_json::{Value, json};

use super::{
    answers::{ok, problem, texts},
    erased::{Person, text, word},
    service::Service,
};
use crate::support::profile;

/// Runs `profile retention` a year from now, with a retention for every kind; returns what it printed.
fn retain(service: &Service, database: &str, retention: &str, arguments: &[&str]) -> String {
    let later = profile_ports::Clock::now(&app::system::SystemClock(None)) + TimeDelta::days(400);
    let run = profile(&service.folder, database)
        .env("PROFILE_CLOCK", later.to_rfc3339())
        .env("PROFILE_RETENTION", retention)
        .arg("retention")
        .args(arguments)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

fn verify(service: &Service, database: &str) {
    let verified = profile(&service.folder, database).arg("verify").output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}

async fn fields_of(service: &Service, person: &Person) -> Vec<Value> {
    let mut all = Vec::new();
    for path in &person.paths {
        all.push(ok(&service.get(Role::Privacy, path).await)["fields"].clone());
    }
    all
}

async fn set(service: &Service, path: &str, fields: Value) {
    ok(&service
        .patch(Role::Privacy, path, &json!({"fields": fields, "cause": {"reason": "ticket 4711"}}))
        .await);
}

async fn old_values_go_and_records_stay(database: &str) {
    let service = Service::binary(database, &[]);
    let (person, held) = (Person::make(&service).await, Person::make(&service).await);
    held.hold(&service, &["client"]).await;
    let (account, over) = (person.path("account").to_owned(), person.path("override").to_owned());
    set(&service, &account, json!({"city": "Malmö", "comment": ""})).await;
    ok(&service.delete(Role::Admin, &format!("{over}?reason=of%20a%20test")).await);
    let mut person = person;
    person.paths.retain(|path| *path != over);
    let (before, kept) = (fields_of(&service, &person).await, held.changes(&service).await);
    let log = person.changes(&service).await;

    let rule = "default=365d,member=1000d,membership=off";
    let dry = retain(&service, database, rule, &["--dry-run"]);
    assert!(dry.lines().last().unwrap().starts_with("would remove: the values of "), "{dry}");
    assert_eq!(person.changes(&service).await, log, "a dry run only counts");
    let run = retain(&service, database, rule, &[]);
    assert_eq!(run.replace("removed:", "would remove:"), dry, "as it has counted");
    let is_nothing = run.contains("\nmember: the values of 0 changes, 0 media; held 0\n");
    assert!(run.contains("\nclient: ") && is_nothing && !run.contains("membership"), "{run}");

    assert_eq!(fields_of(&service, &person).await, before, "the records stay");
    let changes = person.changes(&service).await;
    let is_kept = |change: &Value| change["kind"] == "member" || change["kind"] == "membership";
    for (change, was) in changes.iter().zip(&log) {
        assert_eq!((&change["id"], &change["digest"]), (&was["id"], &was["digest"]));
        if is_kept(change) {
            assert_eq!(change, was);
            continue;
        }
        assert_eq!((&change["erased"], &change["chain"]["salt"]), (&json!(true), &Value::Null));
        assert!(!change.to_string().contains(&person.word), "{change}");
    }
    let of_client = |changes: &[Value]| -> Vec<Value> {
        changes.iter().filter(|change| change["kind"] == "client").cloned().collect()
    };
    assert_eq!(of_client(&held.changes(&service).await), of_client(&kept), "a hold keeps the log, too");
    verify(&service, database);
    states_answer_clearly(&service, &person).await;
    what_has_expired_is_no_erasure(&service, &person, &over).await;
    let again = retain(&service, database, rule, &[]);
    assert!(again.contains("\nremoved: the values of 3 changes"), "what is new: {again}");
    let receipt: Value = serde_json::from_str(&person.erase(&service).await).unwrap();
    assert_eq!(receipt["records"].as_array().unwrap().len(), 8);
    assert!(person.changes(&service).await.iter().all(|change| change["erased"] == true));
    let anew = json!({"person": person.id, "fields": {"username": word(&service)}});
    problem(&service.put(Role::Admin, person.path("user"), &anew).await, 409, "key_ended");
    verify(&service, database);
}

/// Version 1 of the account had another city and comment than version 2, and the same name.
async fn states_answer_clearly(service: &Service, person: &Person) {
    let account = person.path("account");
    let first = ok(&service.get(Role::Support, &format!("{account}?version=1")).await);
    assert_eq!((&first["erased"], &first["fields"]["city"]), (&json!(true), &Value::Null));
    let withheld = texts(&first["withheld"]);
    assert!(withheld.contains(&"city") && withheld.contains(&"comment"), "{first}");
    assert_eq!(first["fields"]["name"], json!(person.word), "what the record still says is no secret");
    let second = ok(&service.get(Role::Support, &format!("{account}?version=2")).await);
    assert_eq!(second["fields"]["city"], json!("Malmö"));
    let revert = json!({"to_version": 1, "reason": "of a test"});
    let refused = service.post(Role::Support, &format!("{account}/revert"), &revert).await;
    let conflicts = problem(&refused, 409, "not_revertible")["conflicts"].clone();
    let fields: Vec<String> =
        conflicts.as_array().unwrap().iter().map(|conflict| text(&conflict["field"])).collect();
    assert!(fields.contains(&"city".to_owned()) && !fields.contains(&"name".to_owned()), "{fields:?}");
    set(service, account, json!({"zipcode": "211 22"})).await;
    let revert = json!({"to_version": 2, "reason": "of a test"});
    let reverted = ok(&service.post(Role::Support, &format!("{account}/revert"), &revert).await);
    assert_eq!((&reverted["changed"][0], &reverted["fields"]["city"]), (&json!("zipcode"), &json!("Malmö")));
}

async fn what_has_expired_is_no_erasure(service: &Service, person: &Person, over: &str) {
    let shown = ok(&service.get(Role::Admin, &person.below("")).await);
    assert_eq!(shown["erased_at"], Value::Null);
    problem(&service.get(Role::Privacy, &person.below("/erasure")).await, 404, "not_found");
    let anew = service.put(Role::Admin, over, &json!({"fields": {"name": "Over again"}})).await;
    assert_eq!((anew.status, &anew.json()["version"]), (201, &json!(3)), "{}", anew.text);
}

#[tokio::test]
async fn old_values_go_and_records_stay_on_sqlite() {
    old_values_go_and_records_stay("sqlite://data/profile.db").await;
}

#[tokio::test]
async fn old_values_go_and_records_stay_on_postgres() {
    old_values_go_and_records_stay(&Cluster::shared().database()).await;
}

#[tokio::test]
async fn a_retention_that_is_off_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let run = profile(folder.path(), "sqlite://data/profile.db").arg("retention").output().unwrap();
    let told = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(!run.status.success() && told.contains("no retention is set"), "{told}");
}

/// Ports over a store in memory, whose clock stands at a day that is long gone.
async fn old_store() -> (Arc<MemoryStore>, Ports) {
    let folder = tempfile::tempdir().unwrap();
    let keys_dir = folder.path().join("keys");
    let settings = Settings::of(Flags::default(), |name| {
        (name == "PROFILE_KEYS_DIR").then(|| keys_dir.clone().into_os_string())
    });
    let settings = settings.unwrap();
    let long_ago = Arc::new(FixedClock::at(1_700_000_000));
    let store = Arc::new(MemoryStore::new(long_ago, Arc::new(RandomIds)));
    let register = Arc::clone(&store) as _;
    let keys = OwnKeys::open(&settings, &*store, register, Need::All, Adopt::default()).await.unwrap();
    let media = Arc::new(MemoryMedia::default());
    let mut ports = core_over(&settings, Arc::clone(&store) as _, media, &keys).unwrap();
    ports.clock = clock(&settings);
    (store, ports)
}

#[tokio::test]
async fn a_walk_goes_in_batches_and_says_up_to_where_nothing_is_left() {
    let (store, ports) = old_store().await;
    for number in 1..=450 {
        store.commit(commit(None, account(number))).await.unwrap();
    }
    let until = ports.clock.now() - TimeDelta::days(1);
    let mut walk = ExpiryWalk::new(&ports, RecordKind::Account, None, until, true);
    while walk.step().await.unwrap() {}
    assert_eq!(walk.expired(), Expired { changes: 450, media: 0, held: 0 });
    assert!(store.changes_of(RecordKind::Account, "1").await.unwrap()[0].salt.is_some());
    let mut walk = ExpiryWalk::new(&ports, RecordKind::Account, None, until, false);
    assert!(walk.step().await.unwrap());
    assert_eq!(walk.expired().changes, 200, "in batches");
    while walk.step().await.unwrap() {}
    assert_eq!(walk.expired().changes, 450);
    let clear = walk.clear();
    assert!(clear.is_some());
    let mut again = ExpiryWalk::new(&ports, RecordKind::Account, clear, until, false);
    assert!(!again.step().await.unwrap());
    assert_eq!(again.expired(), Expired::default());
    assert!(saved::<Account>(&*store, &account(7).login).await.is_some());
}

#[tokio::test]
async fn servers_remove_values_one_at_a_time() {
    let (store, ports) = old_store().await;
    for number in 1..=300 {
        store.commit(commit(None, account(number))).await.unwrap();
    }
    let retention = Retention::new([(RecordKind::Account, TimeDelta::days(30))]);
    let often = Duration::from_millis(20);
    let servers: Vec<_> =
        (0..3).map(|_| tokio::spawn(expire_often(ports.clone(), retention.clone(), often))).collect();
    let is_done = async || {
        let changes = store.changes_after(RecordKind::Account, Page::first(1000)).await.unwrap();
        changes.iter().all(|change| change.expired)
    };
    for _ in 0..600 {
        if is_done().await {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(is_done().await);
    let followers = store.list_followers().await.unwrap();
    assert_eq!(followers.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["retention"]);
    for server in servers {
        server.abort();
    }
}
