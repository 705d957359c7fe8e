//! Every route and spelling × every kind of caller × own and another's object, as one committed table; and nothing that
//! is refused leaves a trace in the database.

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use profile_testkit::cluster::Cluster;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::{
    DATABASE,
    callers::{Caller, Cast, authorization, operators},
    routes::{Body, Object, Operation, operations},
    support::{EXCLUSION_KEY, Target},
};

struct Matrix {
    target: Target,
    client: reqwest::Client,
    callers: Vec<Caller>,
    operations: Vec<Operation>,
}

impl Matrix {
    async fn of(target: Target, database: &str) -> Self {
        let cast = Cast::of(&target);
        let client = Target::client();
        let file: Value = client
            .post(format!("{}/files", target.url))
            .bearer_auth(target.own_token(&cast.people.nora))
            .json(&json!({"filename": "nora.png"}))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let operations = operations(&cast, file["id"].as_str().unwrap());
        let mut callers = cast.callers(&target);
        callers.extend(operators(&target, database));
        Self { target, client, callers, operations }
    }

    async fn ask(&self, operation: &Operation, spelling: &str, object: &Object, caller: &Caller) -> u16 {
        let url = format!("{}{}", self.target.url, Operation::path(spelling, object));
        let mut request = self.client.request(operation.method.parse().unwrap(), url);
        if let Some(credential) = &caller.credential {
            request = request.header("authorization", authorization(operation.contract, credential));
        }
        if operation.contract == "operator" && operation.method == "PUT" {
            request = request.header("if-none-match", "*");
        }
        if operation.contract == "client" {
            request = request.header("x-client-id", EXCLUSION_KEY);
        }
        let request = match &object.body {
            Body::Nothing => request,
            Body::Json(body) => request.json(body),
            Body::Rows => request.header("content-type", "application/x-ndjson").body(""),
            Body::Png => request.header("content-type", "image/png").body(png()),
            Body::Form => request.multipart(form(operation.contract)),
        };
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        answer.bytes().await.unwrap();
        status
    }

    /// Asks everything of everybody; answers the status of each cell, which all spellings must agree on.
    async fn fill(&self) -> Vec<Vec<Vec<u16>>> {
        let mut operations = Vec::new();
        for operation in &self.operations {
            let mut objects = Vec::new();
            for object in &operation.objects {
                let mut cells = Vec::new();
                for caller in &self.callers {
                    let status = self.ask(operation, &operation.spellings[0], object, caller).await;
                    for spelling in &operation.spellings[1..] {
                        let other = self.ask(operation, spelling, object, caller).await;
                        let (method, name) = (&operation.method, caller.name);
                        // A record that is made by one spelling is there for the next.
                        let agree = status == other || (status == 200 && other == 409);
                        assert!(agree, "{method} {spelling} for {name}: {other}, not {status}");
                    }
                    cells.push(status);
                }
                objects.push(cells);
            }
            operations.push(objects);
        }
        operations
    }

    /// Asks again for what was refused; it is refused again.
    async fn ask_what_was_refused(&self, cells: &[Vec<Vec<u16>>]) {
        for (operation, objects) in self.operations.iter().zip(cells) {
            for (object, cells) in operation.objects.iter().zip(objects) {
                for (caller, status) in self.callers.iter().zip(cells).filter(|(_, status)| **status >= 400) {
                    let again = self.ask(operation, &operation.spellings[0], object, caller).await;
                    assert_eq!(again, *status, "{} {}", operation.method, operation.spellings[0]);
                }
            }
        }
    }

    fn table(&self, cells: &[Vec<Vec<u16>>]) -> String {
        let mut table = String::new();
        for (operation, objects) in self.operations.iter().zip(cells) {
            writeln!(table, "{} {}", operation.method, operation.spellings.join(" ")).unwrap();
            for (object, cells) in operation.objects.iter().zip(objects) {
                writeln!(table, "  {}", object.name).unwrap();
                for (status, names) in self.by_status(cells) {
                    writeln!(table, "    {status} {}", names.join("; ")).unwrap();
                }
            }
        }
        table
    }

    /// Who gets which status; a group of whom all get the same is named once.
    fn by_status(&self, cells: &[u16]) -> BTreeMap<u16, Vec<String>> {
        let mut by_status: BTreeMap<u16, Vec<String>> = BTreeMap::new();
        for group in ["nobody", "account", "users", "client", "tenant", "operator"] {
            let of_group = || self.callers.iter().zip(cells).filter(|(caller, _)| caller.group == group);
            let first = *of_group().next().unwrap().1;
            if of_group().all(|(_, status)| *status == first) {
                by_status.entry(first).or_default().push(format!("{group}: all"));
                continue;
            }
            let mut of_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
            for (caller, status) in of_group() {
                of_status.entry(*status).or_default().push(caller.name);
            }
            for (status, names) in of_status {
                by_status.entry(status).or_default().push(format!("{group}: {}", names.join(" | ")));
            }
        }
        by_status
    }
}

fn png() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(2, 1).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

pub fn form(contract: &str) -> Form {
    let form =
        Form::new().part("file", Part::bytes(png()).file_name("me.png").mime_str("image/png").unwrap());
    if contract == "account" { form.text("purpose", "account_avatar") } else { form }
}

async fn holds(database: &str, dump: impl Fn(&Target) -> Vec<Vec<u8>>) {
    let matrix = Matrix::of(Target::unlimited(database), database).await;
    // The first time makes what can only be made once, so that the second is the same each time.
    matrix.fill().await;
    let cells = matrix.fill().await;
    insta::assert_snapshot!("authorisation", matrix.table(&cells));

    let before = settled(|| dump(&matrix.target)).await;
    matrix.ask_what_was_refused(&cells).await;
    assert!(dump(&matrix.target) == before, "a refused request has left a trace in the database");
}

/// What is in the database once it has been the same for a while: the log gets a checkpoint after its last change.
async fn settled(dump: impl Fn() -> Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let mut before = dump();
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_secs(3)).await;
        let now = dump();
        if now == before {
            return now;
        }
        before = now;
    }
    panic!("the database does not come to rest");
}

#[tokio::test]
async fn on_sqlite() {
    holds(DATABASE, |target| {
        ["profile.db", "profile.db-wal"]
            .map(|name| std::fs::read(target.folder.join("data").join(name)).unwrap())
            .to_vec()
    })
    .await;
}

#[tokio::test]
async fn on_postgres() {
    let database = Cluster::shared().database();
    holds(&database, |_| vec![Cluster::shared().dump(&database).into_bytes()]).await;
}
