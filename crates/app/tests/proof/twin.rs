//! The same requests to a server on SQLite and to one on PostgreSQL: the same answers, and in the end the same records.
//!
//! The requests are those recorded in `requests.ndjson`. `PROOF_REQUESTS` has as many new ones made up instead, from
//! `PROOF_SEED`, and written to the file that `PROOF_RECORDING` names.
#![allow(clippy::print_stdout)] // the figures are for the README

use std::{collections::BTreeMap, env, fs};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use profile_domain::change::{ChangeRecord, RecordKind};
use profile_ports::{Changes, Page, change_log};
use profile_testkit::cluster::Cluster;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::{
    DATABASE,
    callers::{Cast, authorization},
    generate::{Dice, Request, next},
    routes::operations,
    support::{Answer, EXCLUSION_KEY, Target, stores, uploads::settled},
};

/// What clients look at besides status and body.
const HEADERS: [&str; 7] = [
    "content-type",
    "allow",
    "www-authenticate",
    "cache-control",
    "api-supported-versions",
    "etag",
    "content-disposition",
];

/// One of the two servers, and what it has announced last.
struct Twin {
    target: Target,
    http: reqwest::Client,
    cast: Cast,
    credentials: BTreeMap<String, Option<String>>,
    /// Who has announced the file.
    announcer: String,
    file: String,
    upload: String,
}

impl Twin {
    fn of(database: &str) -> Self {
        let target = Target::unlimited(database);
        // The same people on both: those of the same numbers.
        let cast = Cast::of(&target);
        let credentials = cast
            .callers(&target)
            .into_iter()
            .map(|caller| (format!("{}: {}", caller.group, caller.name), caller.credential))
            .collect();
        let (file, upload) = ("file_None0000000000".to_owned(), "/uploads/none".to_owned());
        Self { http: Target::client(), target, cast, credentials, announcer: String::new(), file, upload }
    }

    async fn ask(&mut self, request: &Request) -> Answer {
        let Request { caller, method, path, headers, body } = request;
        let path = path.replace("{file}", &self.file).replace("{upload}", &self.upload);
        let mut sent = self.request(caller, method, &path).body(body.clone());
        for (name, value) in headers {
            sent = sent.header(name, value);
        }
        let answer = Answer::read(sent.send().await.unwrap()).await;
        self.remember(caller, &answer);
        if method == "PUT" && path.contains("/uploads/") && answer.status == 200 {
            self.upload_settled().await;
        }
        answer
    }

    fn request(&self, caller: &str, method: &str, path: &str) -> RequestBuilder {
        let request = self.http.request(method.parse().unwrap(), format!("{}{path}", self.target.url));
        let request = request.header("x-client-id", EXCLUSION_KEY);
        let Some(credential) = &self.credentials[caller] else { return request };
        let (group, _) = caller.split_once(": ").unwrap();
        request.header("authorization", authorization(group, credential))
    }

    /// When the bytes of an upload have been looked at is nobody's promise.
    async fn upload_settled(&self) {
        let path = format!("/files/{}", self.file);
        let read = async || {
            let request = self.request(&self.announcer, "GET", &path);
            Answer::read(request.send().await.unwrap()).await
        };
        settled(read).await;
    }

    fn remember(&mut self, caller: &str, answer: &Answer) {
        let Ok(body) = serde_json::from_str::<Value>(&answer.text) else { return };
        let (Some(id), Some(url)) = (body["id"].as_str(), body["upload_url"].as_str()) else { return };
        caller.clone_into(&mut self.announcer);
        id.clone_into(&mut self.file);
        url.trim_start_matches("http://profile.test").clone_into(&mut self.upload);
    }
}

/// A value without what no two servers can have in common: times, and ids that are made by chance.
fn normal(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| match name.as_str() {
                "update_time" | "client_id" | "timing" | "digest" => (name.clone(), json!(name)),
                "start_cursor" | "end_cursor" => (name.clone(), unsealed(value)),
                _ => (name.clone(), normal(value)),
            })
            .collect(),
        Value::Array(values) => values.iter().map(normal).collect(),
        Value::String(text) => normal_text(text).into(),
        other => other.clone(),
    }
}

/// A cursor without its seal, which depends on a key of the database.
fn unsealed(cursor: &Value) -> Value {
    let Some(cursor) = cursor.as_str() else { return cursor.clone() };
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).unwrap()).unwrap();
    text.rsplit_once(' ').unwrap().0.into()
}

fn normal_text(text: &str) -> String {
    let made_by_chance = [
        "file_",
        "du_",
        "\"upload-",
        "upload-",
        "rendition-",
        "http://profile.test/uploads/",
        "http://profile.test/pictures/",
        "http://profile.test/content/",
    ];
    if let Some(prefix) = made_by_chance.iter().find(|prefix| text.starts_with(**prefix)) {
        return (*prefix).to_owned();
    }
    if text.parse::<uuid::Uuid>().is_ok() {
        return "uuid".to_owned();
    }
    let time = text.len() >= 19
        && text.as_bytes()[4] == b'-'
        && text.as_bytes()[10] == b'T'
        && text.get(..4).is_some_and(|year| year.parse::<u16>().is_ok());
    if time && text.starts_with("20") {
        return "time".to_owned();
    }
    match text.split_once('.') {
        Some((stem, extension)) if stem.parse::<uuid::Uuid>().is_ok() => format!("uuid.{extension}"),
        _ => text.to_owned(),
    }
}

fn shown(answer: &Answer) -> Value {
    let body = serde_json::from_str::<Value>(&answer.text)
        .map_or_else(|_| json!(normal_text(&answer.text)), |body| normal(&body));
    let headers: BTreeMap<&str, String> =
        HEADERS.iter().map(|name| (*name, normal_text(answer.header(name)))).collect();
    json!({"status": answer.status, "headers": headers, "body": body})
}

/// Every change of every record.
pub async fn all_changes(store: &dyn Changes) -> Vec<ChangeRecord> {
    let mut changes = Vec::new();
    for kind in RecordKind::ALL {
        let mut after = (String::new(), 0);
        loop {
            let next = Page { after: Some((after.0.as_str(), after.1)), limit: 1000 };
            let page = store.changes_after(kind, next).await.unwrap();
            let Some(last) = page.last() else { break };
            after = (last.key.clone(), last.version);
            changes.extend(page);
        }
    }
    changes
}

/// What a change did to which version of which record.
pub fn content(change: &ChangeRecord) -> String {
    // Whole seconds: whether it changed depends on when the two were asked.
    let fields: Vec<_> = change.fields.iter().filter(|field| field.field != "update_time").cloned().collect();
    let fields = normal(&change_log::encode(&fields));
    let key = if change.kind == RecordKind::Client { change.key.clone() } else { normal_text(&change.key) };
    format!("{} {key} {} {fields}", change.kind.name(), change.version)
}

/// Every change and who made it, in an order that is the same for the same changes.
async fn export(store: &dyn Changes) -> Vec<String> {
    let changes = all_changes(store).await;
    let lines = changes
        .iter()
        .map(|change| format!("{} {} {}", content(change), change.cause.actor, change.cause.door));
    let mut lines: Vec<String> = lines.collect();
    lines.sort();
    lines
}

const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/proof/requests.ndjson");

fn setting(name: &str) -> Option<u64> {
    env::var(name).ok().map(|number| number.parse().unwrap())
}

fn requests(twin: &Twin) -> Vec<Request> {
    let Some(count) = setting("PROOF_REQUESTS") else {
        return fs::read_to_string(RECORDED).unwrap().lines().map(Request::read).collect();
    };
    let (callers, mut operations) = (twin.cast.callers(&twin.target), operations(&twin.cast, "{file}"));
    // Ids that each store makes by itself are in most of its answers.
    operations.retain(|operation| operation.contract != "operator");
    let mut dice = Dice(setting("PROOF_SEED").unwrap_or(1));
    let requests: Vec<Request> = (0..count).map(|_| next(&mut dice, &operations, &callers)).collect();
    if let Ok(path) = env::var("PROOF_RECORDING") {
        let lines = requests.iter().map(|request| request.line() + "\n");
        fs::write(path, lines.collect::<String>()).unwrap();
    }
    requests
}

#[tokio::test]
async fn two_stores_answer_the_same() {
    let database = Cluster::shared().database();
    let (mut sqlite, mut postgres) = (Twin::of(DATABASE), Twin::of(&database));
    let requests = requests(&sqlite);
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    for (number, request) in requests.iter().enumerate() {
        assert_eq!(&Request::read(&request.line()), request);
        let (one, other) = tokio::join!(sqlite.ask(request), postgres.ask(request));
        assert!(one.status < 500, "{}: {}", request.line(), one.text);
        *statuses.entry(one.status).or_default() += 1;
        let (one, other) = (shown(&one), shown(&other));
        assert!(one == other, "request {number}\n{}\nSQLite {one:#}\nPostgreSQL {other:#}", request.line());
    }
    sqlite.target.verify(DATABASE);
    postgres.target.verify(&database);
    let file = sqlite.target.folder.join("data/profile.db");
    let of_sqlite = export(&stores::sqlite(&file)).await;
    let of_postgres = export(&stores::postgres(&database)).await;
    for (one, other) in of_sqlite.iter().zip(&of_postgres) {
        assert_eq!(one, other);
    }
    assert_eq!(of_sqlite.len(), of_postgres.len());
    println!("{} requests, {} changes, statuses {statuses:?}", requests.len(), of_sqlite.len());
}
