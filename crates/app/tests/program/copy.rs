//! `profile copy`: a store moves between SQLite and PostgreSQL with all that it has, whatever interrupts it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread::sleep,
    time::Duration,
};

use async_trait::async_trait;
use profile_ports::{
    CopiedTable, CopyMark, Copying, Database as _, LogEnds, MarkMove, Row, RowPage, TableContent, TableSum,
    Unavailable,
};
use profile_rows::copy::{NOT_COPIED, tables};
use profile_testkit::cluster::Cluster;
use profile_usecases::{CopyError, copy_store};
use tempfile::TempDir;

use crate::{
    DATABASE, refused,
    sealed::{self, write},
    stderr, stdout,
    support::{
        Target, profile,
        stores::{self, everything},
        user,
    },
};

const COPY: &str = "sqlite://copy/profile.db";
fn copy(folder: &Path, database: &str, arguments: &[&str]) -> Output {
    command(folder, database, arguments).output().unwrap()
}

fn command(folder: &Path, database: &str, arguments: &[&str]) -> Command {
    let mut command = profile(folder, database);
    command.arg("copy").args(arguments);
    command
}

/// A store of every kind of record, with sealed values, updates and an operator key; nobody serves it any more.
async fn written(database: &str) -> PathBuf {
    let target = Target::binary(database);
    write(&target).await;
    for city in ["Oslo", "Malmö", "Lund"] {
        let body = format!(r#"{{"city":"{city}"}}"#);
        assert_eq!(target.put(&user(target.family().alone), body).await.status, 200);
    }
    target.operator_key(database, "reader", &[]);
    // A checkpoint covers what has changed.
    sleep(Duration::from_secs(1));
    target.kill();
    target.folder
}

#[track_caller]
fn alike(one: &[String], other: &[String]) {
    for (one, other) in one.iter().zip(other) {
        assert_eq!(one, other);
    }
    assert_eq!(one.len(), other.len());
}

#[tokio::test]
async fn a_store_moves_to_postgres_and_back() {
    let cluster = Cluster::shared();
    let folder = written(DATABASE).await;
    let database = cluster.database();
    let moved = copy(&folder, DATABASE, &["--to", &database]);
    assert!(moved.status.success(), "{}", stderr(&moved));
    let last = stdout(&moved).lines().last().unwrap().to_owned();
    let numbers: Vec<u64> =
        last.split(|letter: char| !letter.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    let source = stores::sqlite(&folder.join("data/profile.db"));
    let before = everything(&source).await;
    drop(source);
    let count = |wanted: &str| before.iter().filter(|line| line.starts_with(wanted)).count() as u64;
    assert!(
        last.starts_with(&format!("copied {} records, {} changes in ", numbers[0], count("changes: "))),
        "{last}"
    );
    assert!(last.ends_with("/s)"), "{last}");
    assert!(count("checkpoint: ") > 0 && count("person_key: ") > 0 && count("operator_key: ") > 0);
    alike(&before, &everything(&stores::postgres(&database)).await);

    // The same keys open what is sealed, and the log goes on where it was.
    let served = Target::serve(folder.clone(), &database);
    assert_eq!(
        sealed::shown(&served).await,
        [
            serde_json::json!(sealed::BORN),
            serde_json::json!(sealed::TAX),
            serde_json::json!(sealed::TAX_OTHER)
        ]
    );
    assert_eq!(served.account(served.family().alone).await["city"], "Oslo");
    assert_eq!(served.put(&user(served.family().alone), r#"{"city":"Bergen"}"#).await.status, 200);
    let behind = everything(&stores::postgres(&database)).await;
    let log = |lines: &[String]| {
        lines.iter().filter(|line| line.starts_with("changes: ")).cloned().collect::<Vec<_>>()
    };
    assert_eq!(log(&behind).len(), log(&before).len() + 1);
    let last = stores::postgres(&database).log_ends().await.unwrap().unwrap().last;
    assert!(
        !before.iter().any(|line| line.contains(&last.to_string())),
        "the new change is behind all others"
    );
    served.kill();

    let back = copy(&folder, &database, &["--to", COPY]);
    assert!(back.status.success(), "{}", stderr(&back));
    alike(
        &everything(&stores::postgres(&database)).await,
        &everything(&stores::sqlite(&folder.join("copy/profile.db"))).await,
    );
    let served = Target::serve(folder.clone(), COPY);
    served.verify(COPY);
    let city = served.account(served.family().alone).await["city"].clone();
    assert_eq!(city, "Oslo");
}

#[tokio::test]
async fn a_copy_is_refused_where_it_would_harm() {
    let cluster = Cluster::shared();
    let folder = Target::import(DATABASE);
    let (other, database) = (cluster.database(), cluster.database());
    refused(&copy(&folder, DATABASE, &["--to", DATABASE]), 1, "the target is the source");
    refused(&copy(&folder, "sqlite://nowhere/profile.db", &["--to", &database]), 1, "it does not exist");
    assert!(!folder.join("nowhere").exists());

    let elsewhere = Target::import(&other);
    let before = everything(&stores::postgres(&other)).await;
    let media = format!("file://{}/elsewhere", folder.display());
    let to_records = copy(&folder, DATABASE, &["--to", &other, "--media-to", &media]);
    refused(&to_records, 1, "the target has records already");
    alike(&before, &everything(&stores::postgres(&other)).await);
    assert!(!folder.join("elsewhere").exists());
    refused(&copy(&elsewhere, &other, &["--to", &other]), 1, "the target is the source");

    // Of another folder, whose keys are others.
    let keys = ("PROFILE_KEYS_DIR", "no-keys");
    let without = command(&folder, DATABASE, &["--to", &database]).env(keys.0, keys.1).output().unwrap();
    refused(&without, 1, "of the source is missing in no-keys");

    let served = Target::serve(folder.clone(), DATABASE);
    refused(&copy(&folder, DATABASE, &["--to", &database]), 1, "cannot copy while the source");
    served.kill();
    let served = Target::serve(elsewhere.clone(), &other);
    refused(&copy(&elsewhere, &other, &["--to", COPY]), 1, "is served by");
    served.kill();
    let empty = Target::serve(Target::empty(), &database);
    refused(&copy(&folder, DATABASE, &["--to", &database]), 1, "the target");
    empty.kill();
}

#[tokio::test]
async fn a_copy_that_is_killed_is_finished_by_the_same_command() {
    let cluster = Cluster::shared();
    let folder = Target::import(DATABASE);
    let database = cluster.database();
    let is_marked = || {
        cluster.query(&database, "SELECT count(*) FROM pg_tables WHERE tablename = 'store_copy'").trim()
            == "1"
            && cluster.query(&database, "SELECT count(*) FROM store_copy").trim() == "1"
    };
    let mut killed = 0;
    for step in 0..4 {
        let mut child = command(&folder, DATABASE, &["--to", &database])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        while child.try_wait().unwrap().is_none() && !is_marked() {
            sleep(Duration::from_millis(5));
        }
        sleep(Duration::from_millis(step * 100));
        child.kill().unwrap();
        if child.wait().unwrap().success() {
            break;
        }
        killed += 1;
        if killed == 1 {
            let serve = profile(&folder, &database).arg("serve").output().unwrap();
            refused(&serve, 1, "is half a copy of another one");
            let other = Target::import("sqlite://other/profile.db");
            let from = copy(&other, "sqlite://other/profile.db", &["--to", &database]);
            refused(&from, 1, "half a copy of another store");
        }
    }
    assert!(killed > 0, "no copy was killed in the middle");
    let finished = copy(&folder, DATABASE, &["--to", &database]);
    assert!(finished.status.success(), "{}", stderr(&finished));
    let source = stores::sqlite(&folder.join("data/profile.db"));
    alike(&everything(&source).await, &everything(&stores::postgres(&database)).await);
    assert!(!is_marked());
    Target::serve(folder, &database).kill();
}

#[tokio::test]
async fn media_are_copied_where_that_is_asked_for() {
    let folder = Target::import(DATABASE);
    let to = format!("file://{}/elsewhere", folder.display());
    let moved = copy(&folder, DATABASE, &["--to", COPY, "--media-to", &to]);
    assert!(moved.status.success(), "{}", stderr(&moved));
    assert!(stdout(&moved).contains(" bytes of media; 5 files are there\n"), "{}", stdout(&moved));
    let verified = profile(&folder, COPY).env("PROFILE_MEDIA_URL", &to).arg("verify").output().unwrap();
    assert!(verified.status.success(), "{}", stderr(&verified));
}

/// A target that fails after some writes.
struct Failing<'a> {
    store: &'a dyn Copying,
    left: std::sync::atomic::AtomicI64,
}

#[async_trait]
impl Copying for Failing<'_> {
    async fn database_name(&self) -> Result<String, Unavailable> {
        self.store.database_name().await
    }
    fn copied_tables(&self) -> Result<Vec<CopiedTable>, Unavailable> {
        self.store.copied_tables()
    }
    async fn log_ends(&self) -> Result<Option<LogEnds>, Unavailable> {
        self.store.log_ends().await
    }
    async fn count_rows(&self, table: &str) -> Result<u64, Unavailable> {
        self.store.count_rows(table).await
    }
    async fn sum_heads(&self, table: &str) -> Result<TableSum, Unavailable> {
        self.store.sum_heads(table).await
    }
    async fn read_rows(&self, table: &str, after: Option<&str>) -> Result<RowPage, Unavailable> {
        self.store.read_rows(table, after).await
    }
    async fn write_rows(&self, table: &str, rows: Vec<Row>, mark: &MarkMove) -> Result<bool, Unavailable> {
        if self.left.fetch_sub(1, std::sync::atomic::Ordering::SeqCst) <= 0 {
            return Err(Unavailable::database("killed"));
        }
        self.store.write_rows(table, rows, mark).await
    }
    async fn clear_rows(&self, table: &str) -> Result<(), Unavailable> {
        self.store.clear_rows(table).await
    }
    async fn copy_mark(&self) -> Result<Option<CopyMark>, Unavailable> {
        self.store.copy_mark().await
    }
    async fn begin_copy(&self, mark: &CopyMark) -> Result<bool, Unavailable> {
        self.store.begin_copy(mark).await
    }
    async fn move_mark(&self, step: &MarkMove) -> Result<bool, Unavailable> {
        self.store.move_mark(step).await
    }
    async fn settle(&self) -> Result<(), Unavailable> {
        self.store.settle().await
    }
    async fn end_copy(&self) -> Result<(), Unavailable> {
        self.store.end_copy().await
    }
}

#[tokio::test]
async fn a_copy_goes_on_behind_every_page() {
    let folder = Target::import(DATABASE);
    let source = stores::sqlite(&folder.join("data/profile.db"));
    let target = stores::sqlite(&folder.join("copy/profile.db"));
    target.engine().migrate().await.unwrap();
    let mut calls = 0;
    loop {
        calls += 1;
        let failing = Failing { store: &target, left: 3.into() };
        match copy_store(&source, &failing, |_| {}).await {
            Ok(_) => break,
            // Facts are copied anew by each call, and are more tables than one writes here.
            Err(CopyError::Unavailable(_)) if calls < 12 => {}
            Err(CopyError::Unavailable(_)) => {
                copy_store(&source, &target, |_| {}).await.unwrap();
                break;
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert!(calls > 5, "{calls}");
    alike(&everything(&source).await, &everything(&target).await);
    target.end_copy().await.unwrap();
    // Whole, and of this origin: nothing is to be done.
    let again = copy_store(&source, &target, |_| {}).await.unwrap();
    assert_eq!(again.rows, 0);
}

#[tokio::test]
async fn no_table_and_no_column_of_either_database_is_forgotten() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    stores::postgres(&database).engine().migrate().await.unwrap();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("profile.db");
    stores::sqlite(&file).engine().migrate().await.unwrap();
    let mut copied: Vec<String> = tables()
        .unwrap()
        .iter()
        .flat_map(|table| {
            table.columns().map(|column| format!("{} {column}", table.name())).collect::<Vec<_>>()
        })
        .collect();
    copied.sort();
    let columns = cluster.query(&database,
        "SELECT table_name || ' ' || column_name FROM information_schema.columns WHERE table_schema = 'public'");
    alike(&copied, &but_left_out(&columns));
    let columns = Command::new("python3")
        .args(["-c", "import sqlite3, sys\nfor row in sqlite3.connect(sys.argv[1]).execute(\"SELECT m.name, p.name FROM \
            (SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_gram%') m \
            JOIN pragma_table_info(m.name) p\"): print(*row)"])
        .arg(&file)
        .output()
        .unwrap();
    alike(&copied, &but_left_out(&stdout(&columns)));
    let facts = tables().unwrap();
    assert!(facts.iter().all(|table| !NOT_COPIED.contains(&table.name())));
    let records = facts.iter().filter(|table| table.copied().content == TableContent::Records).count();
    assert_eq!(records, profile_domain::change::RecordKind::ALL.len());
}

/// The columns of tables that are not left out; those of the full-text search belong to its table.
fn but_left_out(columns: &str) -> Vec<String> {
    let is_left_out = |line: &&str| {
        let table = line.split(' ').next().unwrap_or_default();
        NOT_COPIED.contains(&table) || table.starts_with("search_gram_")
    };
    let mut columns: Vec<String> =
        columns.lines().filter(|line| !is_left_out(line)).map(str::to_owned).collect();
    columns.sort();
    columns
}
