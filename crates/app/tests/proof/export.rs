//! What is exported is imported into an empty store and exported again, the same (operator API page, section 15, row 37).

use std::{fs, path::Path, sync::Arc};

use app::{
    keys::{Adopt, Need, OwnKeys},
    settings::{Flags, Settings},
    system::RandomIds,
    wiring::{clock, core_over},
};
use profile_domain::{PersonId, change::RecordKind, operator::Role};
use profile_export::{Exported, export};
use profile_http::contracts::operator::{exported_change, shown_record};
use profile_import::{Event, Folder, Report, Source, by_command, import};
use profile_ports::{AccessFilter, Database as _, EntryFilter, KeyRegister, Page, Store};
use profile_postgres::PostgresStore;
use profile_rows::SqlStore;
use profile_sqlite::SqliteStore;
use profile_testkit::{
    cluster::Cluster,
    memory::{EmptyVault, MemoryMedia, MemoryStore},
};
use profile_usecases::{
    Ports,
    operator::{Actor, ExportHead, OperatorRefusal, RecordName, export_all, export_person, get_record},
};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::support::{archives::Archive, full_rows};

/// People with every member of their rows.
const FULL: i64 = 3;
/// People whose rows have some of the members.
const THIN: i64 = 20;

/// A store with keys and media of its own.
struct Place {
    ports: Ports,
    folder: TempDir,
}

/// What an archive has.
struct Contents {
    exported: Exported,
    archive: Archive,
}

impl Place {
    async fn over<S: Store + KeyRegister + 'static>(store: S, folder: TempDir) -> Self {
        let settings = settings(folder.path());
        let store = Arc::new(store);
        let register = Arc::clone(&store) as _;
        let keys = OwnKeys::open(&settings, &*store, register, Need::All, Adopt::default()).await.unwrap();
        let ports = core_over(&settings, store, Arc::new(MemoryMedia::default()), &keys).unwrap();
        Self { ports, folder }
    }

    async fn in_memory() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::over(MemoryStore::new(clock(&settings(folder.path())), Arc::new(RandomIds)), folder).await
    }

    async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (file, clock) = (folder.path().join("profile.db"), clock(&settings(folder.path())));
        let store = SqlStore::new(Arc::new(SqliteStore::open(&file, 4, clock, Arc::new(RandomIds)).unwrap()));
        store.engine().migrate().await.unwrap();
        Self::over(store, folder).await
    }

    async fn on_postgres() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (url, clock) = (Cluster::shared().database(), clock(&settings(folder.path())));
        let store = SqlStore::new(Arc::new(PostgresStore::new(&url, 8, clock, Arc::new(RandomIds)).unwrap()));
        store.engine().migrate().await.unwrap();
        Self::over(store, folder).await
    }

    async fn import(&self, file: &Path) -> Report {
        let source = Source::named(file).unwrap();
        let folder = Folder::of(&source, &[]).unwrap();
        let failed = |event| {
            if let Event::Failed(place, reason) = event {
                panic!("line {}: {reason}", place.number);
            }
        };
        import(&self.ports, &source, folder, by_command(&self.ports), async || false, failed).await.unwrap()
    }

    async fn import_rows(&self, rows: &[Value]) -> Report {
        let file = self.folder.path().join("rows.ndjson");
        fs::write(&file, full_rows::lines(rows)).unwrap();
        self.import(&file).await
    }

    /// Unpacks an archive and imports it.
    async fn import_archive(&self, archive: &mut Archive) -> Report {
        let folder = tempfile::tempdir().unwrap();
        archive.unpack(folder.path());
        self.import(&folder.path().join("records.ndjson")).await
    }

    async fn export(&self, person: Option<PersonId>) -> Contents {
        let head = self.begin(person).await.unwrap();
        let (exported, bytes) = export(&self.ports, head, exported_change, Vec::new(), |_| {}).await.unwrap();
        Contents { exported, archive: Archive::read(bytes) }
    }

    async fn begin(&self, person: Option<PersonId>) -> Result<ExportHead, OperatorRefusal> {
        let actor = Actor { role: Role::Admin, name: "operator".to_owned() };
        match person {
            Some(person) => export_person(&self.ports, &actor, person, "request", None).await,
            None => export_all(&self.ports, &actor, "request", None).await,
        }
    }

    /// The living records of all kinds, by name, without what an import does not say: who they belong to, versions, times of
    /// changes, and what rows have no member for.
    async fn records(&self) -> Map<String, Value> {
        let mut records = Map::new();
        for kind in RecordKind::ALL {
            let mut after: Option<String> = None;
            loop {
                let everybody = EntryFilter::of(kind);
                let next = Page { after: after.as_deref(), limit: 100 };
                let page = self.ports.store.list_entries(everybody, next).await.unwrap();
                let Some(last) = page.last() else { break };
                after = Some(last.key.clone());
                for entry in &page {
                    let name = RecordName { kind, key: entry.key.clone() };
                    let view = get_record(&self.ports, &name).await.unwrap();
                    let mut fields = shown_record(&view, Role::Privacy)["fields"].take();
                    let fields = fields.as_object_mut().unwrap();
                    fields.retain(|name, _| !name.starts_with("last_updated"));
                    if let Some(Value::Object(address)) = fields.get_mut("address") {
                        address.remove("id");
                    }
                    records.insert(format!("{} {}", kind.name(), entry.key), json!(fields));
                }
            }
        }
        records
    }

    async fn person_of(&self, kind: RecordKind, key: &str) -> PersonId {
        self.ports.store.find_entry(kind, key).await.unwrap().unwrap().person.unwrap()
    }
}

fn settings(folder: &Path) -> Settings {
    let keys = folder.join("keys");
    let value = |name: &str| match name {
        "PROFILE_DATABASE_URL" => Some("sqlite://never-opened.db".into()),
        "PROFILE_KEYS_DIR" => Some(keys.clone().into_os_string()),
        _ => None,
    };
    Settings::of(Flags::default(), value).unwrap()
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn is_even(&mut self) -> bool {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33).is_multiple_of(2)
    }
}

/// Members without which a row is none.
const REQUIRED: [&str; 12] = [
    "kind",
    "customer_id",
    "login",
    "uuid",
    "extension",
    "base64",
    "id",
    "username",
    "sub",
    "email",
    "given_name",
    "client_id",
];

/// Leaves some members out. A file keeps its person, because a file of nobody's is in the archive of everything alone.
fn thin(row: &mut Value, dice: &mut Dice) {
    let is_file = row["kind"] == "file";
    let is_kept = |name: &str| REQUIRED.contains(&name) || is_file && name == "person";
    row.as_object_mut().unwrap().retain(|name, _| is_kept(name) || dice.is_even());
}

/// Rows of people and of all that they refer to.
fn rows() -> Vec<Value> {
    let mut dice = Dice(37);
    let full = (0..FULL).flat_map(|number| full_rows::person(number, &format!("full {number}")));
    let thinned = (FULL..FULL + THIN).flat_map(|number| full_rows::person(number, &format!("thin {number}")));
    let mut rows = full_rows::references();
    let mut hidden = full_rows::file(FULL + THIN, "full hidden");
    hidden["scope"] = json!(-1);
    rows.push(hidden);
    rows.extend(full);
    rows.extend(thinned.map(|mut row| {
        thin(&mut row, &mut dice);
        // Its person is that of its customer.
        if row["kind"] == "account" && row.get("customer_id").is_some() {
            row.as_object_mut().unwrap().remove("person");
        }
        row
    }));
    rows
}

/// Whether a row says all that another one says.
fn says(row: &Value, other: &Value) -> bool {
    match (row, other) {
        (Value::Object(row), Value::Object(other)) => {
            other.iter().all(|(name, value)| row.get(name).is_some_and(|of_row| says(of_row, value)))
        }
        (Value::Array(row), Value::Array(other)) => {
            row.len() == other.len() && row.iter().zip(other).all(|(row, other)| says(row, other))
        }
        _ => row == other,
    }
}

/// A row without the members that are null or empty, and without the bytes of a file.
fn said(row: &Value) -> Value {
    match row {
        Value::Object(members) => {
            let members = members
                .iter()
                .filter(|(name, value)| !value.is_null() && *name != "base64" && *name != "path");
            Value::Object(members.map(|(name, value)| (name.clone(), said(value))).collect())
        }
        Value::Array(items) => items.iter().map(said).collect(),
        other => other.clone(),
    }
}

/// What identifies a row.
fn name_of(row: &Value) -> String {
    let id = ["customer_id", "login", "uuid", "id", "sub"];
    let own = if row["kind"] == "account" {
        "login"
    } else {
        id.iter().find(|id| row.get(**id).is_some()).unwrap()
    };
    format!("{} {}", row["kind"], row[own])
}

fn find<'a>(rows: &'a [Value], row: &Value) -> &'a Value {
    rows.iter().find(|other| name_of(other) == name_of(row)).unwrap_or_else(|| panic!("no {}", name_of(row)))
}

async fn round_trip(place: impl AsyncFn() -> Place) {
    let (from, to) = (place().await, place().await);
    let rows = rows();
    assert_eq!(from.import_rows(&rows).await.imported, rows.len() as u64);

    let mut all = from.export(None).await;
    let manifest = all.archive.manifest();
    assert_eq!((&manifest["person"], &manifest["reason"]), (&Value::Null, &Value::Null));
    let exported = all.archive.rows();
    assert_eq!((exported.len(), all.exported.records), (rows.len(), rows.len() as u64));
    for row in &rows {
        let (exported, row) = (said(find(&exported, row)), said(row));
        assert!(says(&exported, &row), "{exported} does not say all of {row}");
        let is_full = row["person"].as_str().is_some_and(|person| person.starts_with("full"));
        assert!(!is_full || says(&row, &exported), "{row} does not say all of {exported}");
    }

    let again = from.import_archive(&mut all.archive).await;
    assert_eq!(
        (again.imported, again.failed),
        (0, 0),
        "an archive changes nothing in the store that it is of"
    );

    assert_eq!(to.import_archive(&mut all.archive).await.imported, rows.len() as u64);
    let mut second = to.export(None).await;
    assert_eq!(second.archive.text("records.ndjson"), all.archive.text("records.ndjson"));
    let media = |manifest: &Value| manifest["files"].as_array().unwrap()[2..].to_vec();
    assert_eq!(media(&second.archive.manifest()), media(&manifest));
    let (records, others) = (from.records().await, to.records().await);
    assert_eq!(records.len(), others.len());
    for (name, fields) in &records {
        assert_eq!(Some(fields), others.get(name), "{name}");
    }
    alone(&from, &place().await).await;
}

/// The archive of one person is imported where what it refers to exists.
async fn alone(from: &Place, to: &Place) {
    to.import_rows(&full_rows::references()).await;
    for number in [0, FULL + 1, FULL + 2] {
        let customer = (9_500_000 + number).to_string();
        let person = from.person_of(RecordKind::Customer, &customer).await;
        let mut one = from.export(Some(person)).await;
        assert_eq!(one.archive.manifest()["person"], person.0.to_string());
        let changes = one.archive.changes();
        assert!(changes.iter().all(|change| change["person"] == person.0.to_string()));
        assert!(
            changes.windows(2).all(|pair| pair[0]["id"].as_str() < pair[1]["id"].as_str()),
            "oldest first"
        );
        // An avatar may be a file of somebody else's.
        let owner = from.person_of(RecordKind::File, &full_rows::file_uuid(number)).await;
        if owner != person {
            to.import_archive(&mut from.export(Some(owner)).await.archive).await;
        }
        to.import_archive(&mut one.archive).await;
        let moved = to.person_of(RecordKind::Customer, &customer).await;
        let mut again = to.export(Some(moved)).await;
        assert_eq!(again.archive.text("records.ndjson"), one.archive.text("records.ndjson"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_memory() {
    Box::pin(round_trip(Place::in_memory)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    Box::pin(round_trip(Place::on_sqlite)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    Box::pin(round_trip(Place::on_postgres)).await;
}

#[tokio::test]
async fn what_cannot_be_opened_is_not_begun_and_not_noted() {
    let mut place = Place::in_memory().await;
    place.import_rows(&full_rows::references()).await;
    place.import_rows(&full_rows::person(1, "one")).await;
    let person = place.person_of(RecordKind::Customer, "9500001").await;
    place.ports.vault = Arc::new(EmptyVault);
    let refused = place.begin(Some(person)).await.unwrap_err();
    assert!(matches!(refused, OperatorRefusal::Unavailable(_)), "{refused}");
    assert!(
        place
            .ports
            .store
            .list_accesses(&AccessFilter { person: Some(person), ..AccessFilter::default() }, Page::first(10))
            .await
            .unwrap()
            .is_empty()
    );
    let head = place.begin(None).await.unwrap();
    let failed = export(&place.ports, head, exported_change, Vec::new(), |_| {}).await;
    assert!(failed.is_err(), "an archive without what cannot be opened would look whole");
}
