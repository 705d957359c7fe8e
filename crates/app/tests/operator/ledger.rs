//! Random writes of every kind by operators, with the clock set back in between: then every version and every instant is told as
//! it was answered (section 7; section 15, rows 16 and 17).
//!
//! `PROOF_UPDATES` says how many on each database (100 unless told).
#![allow(clippy::print_stdout)] // the figures are for the README

use std::{collections::BTreeMap, env};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use profile_domain::operator::Role;
use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};

use super::{
    answers::{created, ok, problem},
    fixtures::{CREATED, PNG, least, other_fields},
    service::Service,
};
use crate::support::{UNLIMITED, members::ACME, people::OWN};

/// Before the first half of the writes, before the other, and when all is read.
const CLOCKS: [&str; 3] = ["2027-03-01T00:00:00Z", "2027-02-01T00:00:00Z", "2027-04-01T00:00:00Z"];
/// How many records of a kind there are before one of them is changed rather than a new one made.
const RECORDS: usize = 3;

fn updates() -> usize {
    env::var("PROOF_UPDATES").map_or(100, |updates| updates.parse().unwrap())
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// The versions of each record as they were answered, by its path.
type Ledger = BTreeMap<String, Vec<Value>>;

fn at(record: &Value) -> DateTime<Utc> {
    record["updated_at"].as_str().unwrap().parse().unwrap()
}

fn is_ended(record: &Value) -> bool {
    record["ended"] == true
}

/// One write; its answer goes to the ledger.
async fn write(service: &Service, ledger: &mut Ledger, dice: &mut Dice, step: usize) {
    let kind = CREATED[dice.below(CREATED.len())];
    let prefix = format!("/records/{kind}/");
    let known: Vec<String> = ledger.keys().filter(|path| path.starts_with(&prefix)).cloned().collect();
    if known.len() < RECORDS {
        let (key, fields) = least(service, kind).await;
        let path = format!("{prefix}{key}");
        let record = put(service, &path, &fields).await;
        // The least of a kind's records may have needed one of another kind, whose history begins here too.
        assert!(ledger.insert(path, vec![record]).is_none());
        return;
    }
    let path = known[dice.below(known.len())].clone();
    let (last, version) = {
        let versions = &ledger[&path];
        let last = versions.last().unwrap().clone();
        (last.clone(), last["version"].as_i64().unwrap())
    };
    let record = if is_ended(&last) {
        let fields = ledger[&path].iter().rev().find(|version| !is_ended(version)).unwrap()["fields"].clone();
        put(service, &path, &again(kind, &fields, step)).await
    } else {
        match dice.below(8) {
            0 => ok(&service.delete(Role::Admin, &format!("{path}?reason=of%20a%20test")).await),
            1 => {
                let living: Vec<i64> = ledger[&path]
                    .iter()
                    .filter(|version| !is_ended(version))
                    .map(|version| version["version"].as_i64().unwrap())
                    .collect();
                let to = living[dice.below(living.len())];
                let body = json!({"to_version": to, "reason": "of a test"});
                let answer = service.post(Role::Admin, &format!("{path}/revert"), &body).await;
                if answer.status == 409 {
                    problem(&answer, 409, "not_revertible");
                    return;
                }
                ok(&answer)
            }
            _ => {
                let body =
                    json!({"fields": other_fields(kind, step), "cause": {"reason": format!("step {step}")}});
                ok(&service.patch(Role::Admin, &path, &body).await)
            }
        }
    };
    // One that begins anew may have nothing but nulls.
    if record["changed"] == json!([]) && !is_ended(&last) {
        assert_eq!(record["version"], version);
        return;
    }
    assert_eq!(record["version"], version + 1, "{path}");
    assert!(at(&record) > at(&last), "{path}: a change is later than the one before it");
    ledger.get_mut(&path).unwrap().push(record);
}

async fn put(service: &Service, path: &str, fields: &Value) -> Value {
    let body = json!({"fields": fields, "cause": {"reason": "of a test"}});
    created(&service.put(Role::Admin, path, &body).await)
}

/// What a record begins anew with: the values that it had, as far as an operator may write them and sees them.
fn again(kind: &str, had: &Value, step: usize) -> Value {
    let kept: &[&str] = match kind {
        "file" => return json!({"extension": "png", "base64": PNG}),
        "api_key" => {
            return json!({"owner": OWN, "permissions": had["permissions"], "secret": format!("a-secret-anew-{step}")});
        }
        "user" => &["username"],
        "language" => &["name", "code"],
        "tenant" => &["slug"],
        "brand" => return json!({"tenant_id": ACME}),
        "group" => return json!({"tenant_id": ACME, "name": "Group"}),
        "member" => &["email", "given_name"],
        "membership" => &["id", "role", "status"],
        _ => &[],
    };
    kept.iter().map(|name| ((*name).to_owned(), had[*name].clone())).collect::<serde_json::Map<_, _>>().into()
}

/// The answer to a read, as far as the write told it.
fn comparable(record: &Value) -> Value {
    let mut record = record.clone();
    let members = record.as_object_mut().unwrap();
    members.remove("changed");
    // What has passed is told without what only the current state has.
    members.remove("withheld");
    record
}

/// Asks for every version and every instant of a record; returns how many answers were compared.
async fn check(service: &Service, path: &str, versions: &[Value]) -> usize {
    let text = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let get = async |query: String| service.get(Role::Admin, &format!("{path}?{query}")).await;
    let mut compared = 0;
    for (place, version) in versions.iter().enumerate() {
        let from = at(version);
        let until = versions.get(place + 1).map(|next| at(next) - TimeDelta::microseconds(1));
        let mut queries = vec![format!("version={}", version["version"]), format!("as_of={}", text(from))];
        queries.extend(until.map(|until| format!("as_of={}", text(until))));
        for query in queries {
            let answer = get(query.clone()).await;
            if is_ended(version) {
                problem(&answer, 404, "ended");
            } else {
                assert_eq!(comparable(&ok(&answer)), comparable(version), "{path}?{query}");
            }
            compared += 1;
        }
    }
    let before = text(at(&versions[0]) - TimeDelta::microseconds(1));
    problem(&get(format!("as_of={before}")).await, 404, "not_found");
    compared + 1
}

async fn every_instant_is_told(database: &str) {
    let mut service = Service::binary(database, &[UNLIMITED, ("PROFILE_CLOCK", CLOCKS[0])]);
    let (mut ledger, mut dice, updates) = (Ledger::new(), Dice(1), updates());
    for step in 0..updates {
        if step == updates / 2 {
            service.restart(database, &[UNLIMITED, ("PROFILE_CLOCK", CLOCKS[1])]);
        }
        write(&service, &mut ledger, &mut dice, step).await;
    }
    service.restart(database, &[UNLIMITED, ("PROFILE_CLOCK", CLOCKS[2])]);
    let mut compared = 0;
    for (path, versions) in &ledger {
        compared += check(&service, path, versions).await;
    }
    let versions: usize = ledger.values().map(Vec::len).sum();
    println!("{updates} writes of {} records in {versions} versions, {compared} answers equal", ledger.len());
    assert!(versions * 5 > updates * 4, "most writes make a version");
    service.kill();
}

#[tokio::test]
async fn on_sqlite() {
    every_instant_is_told("sqlite://data/profile.db").await;
}

#[tokio::test]
async fn on_postgres() {
    every_instant_is_told(&Cluster::shared().database()).await;
}
