//! The SQLite adapter keeps the promises of the ports, and its file belongs to one server and one user.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)] // a test fails by panicking

use std::{os::unix::fs::PermissionsExt as _, path::Path, sync::Arc, time::Duration};

use diesel::{Connection as _, SqliteConnection, connection::SimpleConnection as _};
use profile_domain::{
    PersonId,
    account::Account,
    change::{RecordKind, Value},
    history::State,
    operator::search::{PersonQuery, SearchEntry},
};
use profile_ports::{
    Broken, Checkpoints as _, Commits as _, Database as _, EntryFilter, Erasures as _, LogRange, Page,
    PersonSearch, Records as _, SearchIndex as _, SearchScope, Store, Unavailable, Verification,
    Verifications as _,
};
use profile_rows::SqlStore;
use profile_sqlite::SqliteStore;
use profile_testkit::{
    conformance,
    fixed::{CountingIds, FixedClock},
    fixtures::{account, commit},
};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

fn file(path: &Path, max_connections: u32) -> Result<SqliteStore, Unavailable> {
    let (clock, ids) = (FixedClock::at(1_780_000_000), CountingIds::default());
    SqliteStore::open(path, max_connections, Arc::new(clock), Arc::new(ids))
}

async fn open(folder: &Path) -> SqliteStore {
    let store = file(&folder.join("data/profile.db"), 4).unwrap();
    store.migrate().await.unwrap();
    store
}

async fn open_store(folder: &Path) -> SqlStore<SqliteStore> {
    SqlStore::new(Arc::new(open(folder).await))
}

profile_testkit::store_conformance!(async {
    let folder = TempDir::new().unwrap();
    (Arc::new(open_store(folder.path()).await) as Arc<dyn Store>, folder)
});

#[tokio::test(flavor = "multi_thread")]
async fn lookups_pass_searches_by() {
    let folder = TempDir::new().unwrap();
    conformance::search::lookups_pass_searches_by(Arc::new(open_store(folder.path()).await)).await;
}
profile_testkit::key_register_conformance!(async {
    let folder = TempDir::new().unwrap();
    (Arc::new(open_store(folder.path()).await), folder)
});

#[tokio::test]
async fn a_snapshot_is_one_file_that_nobody_has_verified() {
    let folder = TempDir::new().unwrap();
    let store = open_store(folder.path()).await;
    store.commit(commit(None, account(1))).await.unwrap();
    let at = chrono::DateTime::from_timestamp(1_780_000_000, 0).unwrap();
    let verified = Verification { at, position: None, records: 1, files: 0, changes: 1, findings: 0 };
    store.set_last_verification(&verified).await.unwrap();
    let copy = folder.path().join("copy.db");
    store.engine().snapshot(&copy).await.unwrap();
    let log = folder.path().join("copy.db-wal");
    assert!(copy.exists() && !log.exists());

    let copied = SqlStore::new(Arc::new(file(&copy, 4).unwrap()));
    assert_eq!(copied.last_verification().await.unwrap(), None);
    assert_eq!(
        copied.digests_behind(LogRange { after: None, until: Uuid::max(), limit: 10 }).await.unwrap().len(),
        1
    );
    assert_eq!(store.last_verification().await.unwrap(), Some(verified));
}

#[tokio::test]
async fn migrations_run_once_even_by_several_processes() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("profile.db");
    let stores: Vec<_> = (0..4).map(|_| file(&path, 1).unwrap()).collect();
    assert!(!stores[0].pending_migrations().await.unwrap().is_empty());
    let migrated = futures_util::future::join_all(stores.iter().map(profile_ports::Database::migrate)).await;
    assert!(migrated.iter().all(Result::is_ok), "{migrated:?}");
    assert!(stores[0].pending_migrations().await.unwrap().is_empty());
}

#[tokio::test]
async fn it_is_durable() {
    let folder = TempDir::new().unwrap();
    open(folder.path()).await.check_durability().await.unwrap();
}

#[tokio::test]
async fn a_record_without_its_beginning_is_damaged() {
    let folder = TempDir::new().unwrap();
    let store = open_store(folder.path()).await;
    for number in [1, 2] {
        let first = account(number);
        store.commit(commit(None, first.clone())).await.unwrap();
        store.commit(commit(Some(&first), Account { version: 2, ..first.clone() })).await.unwrap();
    }
    let file = folder.path().join("data/profile.db");
    let mut other = SqliteConnection::establish(&file.to_string_lossy()).unwrap();
    other.batch_execute("DELETE FROM changes WHERE key = '1' AND version = 1").unwrap();
    let damaged = store.find_entry(RecordKind::Account, "1").await.unwrap_err();
    assert!(Broken::causes(&damaged), "{damaged:?}");
    let damaged =
        store.list_entries(EntryFilter::of(RecordKind::Account), Page::first(10)).await.unwrap_err();
    assert!(Broken::causes(&damaged), "{damaged:?}");
    store.find_entry(RecordKind::Account, "2").await.unwrap().unwrap();
}

/// By a checkpoint while it goes on, long before the log would be so long that the writer makes one itself.
#[tokio::test]
async fn the_log_goes_into_the_file_while_it_is_written() {
    let folder = TempDir::new().unwrap();
    let store = open_store(folder.path()).await;
    let file = folder.path().join("data/profile.db");
    let begun = file.metadata().unwrap().len();
    for number in 1..=300 {
        store.commit(commit(None, account(number))).await.unwrap();
    }
    let moved = async {
        while file.metadata().unwrap().len() == begun {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(10), moved).await.expect("everything is still in the log");
    drop(store);
    assert!(!folder.path().join("data/profile.db-wal").exists(), "a store that is closed leaves no log");
}

#[tokio::test]
async fn a_second_server_is_refused_until_the_first_has_gone() {
    let folder = TempDir::new().unwrap();
    let first = open(folder.path()).await;
    first.claim().await.unwrap();
    let second = open(folder.path()).await;
    let refused = second.claim().await.unwrap_err();
    assert_eq!(refused.source.to_string(), "another server is using it");
    drop(first);
    second.claim().await.unwrap();
}

#[tokio::test]
async fn only_the_owner_may_read_the_files() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    store.claim().await.unwrap();
    for file in std::fs::read_dir(folder.path().join("data")).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o077, 0, "{:?}", file.path());
    }
}

#[tokio::test]
async fn a_path_that_cannot_be_opened_is_unavailable() {
    let folder = TempDir::new().unwrap();
    let error = file(folder.path(), 1).err().unwrap();
    assert!(error.source.to_string().contains("directory"), "{}", error.source);
}

/// Whether the file and its log have the bytes.
fn has_bytes(folder: &Path, bytes: &[u8]) -> bool {
    let files = ["profile.db", "profile.db-wal"].map(|name| folder.join("data").join(name));
    files
        .into_iter()
        .any(|file| std::fs::read(file).is_ok_and(|all| all.windows(bytes.len()).any(|some| some == bytes)))
}

#[tokio::test]
async fn nothing_is_left_of_a_name_that_is_searched_no_more() {
    let folder = TempDir::new().unwrap();
    let store = open_store(folder.path()).await;
    let entry = |number: u128, name: &str, version| {
        let fields = [("full_name".to_owned(), Value::word(name))].into_iter().collect();
        let state = State { version, fields, ..State::default() };
        SearchEntry::of_record(
            RecordKind::Customer,
            &number.to_string(),
            PersonId(Uuid::from_u128(number)),
            &state,
        )
    };
    // One piece of two letters, which begins as no other does; FTS5 has it in hexadecimal digits.
    let (name, piece) = ("ᏣᎳ", "e18fa3e18eb3".as_bytes());
    store.store_search_entries(&[entry(1, name, 1), entry(2, "Nora", 1)], None).await.unwrap();
    for number in 3..40 {
        store.store_search_entries(&[entry(number, "Omar Lindqvist", 1)], None).await.unwrap();
    }
    store.overwrite_removed().await.unwrap();
    assert!(has_bytes(folder.path(), piece), "it is planted");
    let ended = SearchEntry::ended(RecordKind::Customer, "1", PersonId(Uuid::from_u128(1)), 2);
    store.store_search_entries(&[ended], None).await.unwrap();
    store.overwrite_removed().await.unwrap();
    assert!(!has_bytes(folder.path(), piece));
    let found = async |name| {
        let scope = SearchScope { with_personal: true, kinds: Vec::new() };
        let search = PersonSearch { query: PersonQuery::of(name), scope };
        store.find_named(&search, Page::first(100)).await.unwrap().len()
    };
    assert_eq!((found(name).await, found("nora").await, found("lindq").await), (0, 1, 37));
}
