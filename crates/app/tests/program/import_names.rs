//! `profile import` where names move between records: usernames, addresses, slugs, keys and numbers that only one may have.

use std::{fs, path::Path, process::Output};

use profile_testkit::cluster::Cluster;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{DATABASE, stderr, stdout, support::profile};

/// A folder with a store of each kind.
fn stores() -> [(TempDir, String); 2] {
    [DATABASE.to_owned(), Cluster::shared().database()].map(|database| (TempDir::new().unwrap(), database))
}

fn import(folder: &Path, database: &str, rows: &[Value], more: &[&str]) -> Output {
    let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    fs::write(folder.join("rows.ndjson"), lines.join("\n")).unwrap();
    profile(folder, database).args(["import", "rows.ndjson"]).args(more).output().unwrap()
}

#[track_caller]
fn reported(output: &Output, imported: usize, unchanged: usize, failed: usize) {
    let report = format!("imported {imported}, unchanged {unchanged}, failed {failed}\n");
    assert_eq!(stdout(output), report, "{}", stderr(output));
}

/// Imports `after` over `before`, first without effect, and asserts that every row succeeds and stays.
#[track_caller]
fn moves(before: &[Value], after: &[Value]) {
    for (folder, database) in stores() {
        let folder = folder.path();
        reported(&import(folder, &database, before, &[]), before.len(), 0, 0);
        reported(&import(folder, &database, after, &["--dry-run"]), after.len(), 0, 0);
        reported(&import(folder, &database, after, &[]), after.len(), 0, 0);
        reported(&import(folder, &database, after, &[]), 0, after.len(), 0);
        let verified = profile(folder, &database).arg("verify").output().unwrap();
        assert!(verified.status.success(), "{}", stderr(&verified));
    }
}

fn user(number: usize, username: &str) -> Value {
    json!({"kind": "user", "id": format!("user_{number:014}"), "username": username})
}

fn users(names: &[&str]) -> Vec<Value> {
    names.iter().enumerate().map(|(number, name)| user(number, name)).collect()
}

#[test]
fn names_move_swap_and_go_round() {
    moves(
        &users(&["moves", "takes", "ann", "bob", "one", "two", "three", "same"]),
        &users(&["new", "moves", "Bob", "ann", "two", "three", "one", "SAME"]),
    );
}

#[test]
fn three_hundred_names_shift_by_one() {
    let shifted = |by: usize| (0..300).map(|n| user(n, &format!("n{}", n + by))).collect::<Vec<_>>();
    moves(&shifted(0), &shifted(1));
    let (before, mut after) = (shifted(1), shifted(0));
    moves(&before, &after);
    after.reverse();
    moves(&before, &after);
}

#[test]
fn addresses_slugs_keys_and_numbers_move_as_well() {
    let rows = |a: usize, b: usize| {
        let pick = |values: [&str; 2]| [values[a].to_owned(), values[b].to_owned()];
        let [slug_a, slug_b] = pick(["acme", "other"]);
        let [mail_a, mail_b] = pick(["a@example.test", "b@example.test"]);
        let [key_a, key_b] = pick(["secret-a", "secret-b"]);
        let tenant = |id: usize, slug: String| json!({"kind": "tenant", "id": id, "slug": slug});
        let member = |id: usize, email: String, membership: usize| {
            json!({"kind": "member", "id": id, "email": email, "given_name": "Mira",
                "tenants": [{"id": membership, "tenant_id": 1, "role": 3, "status": 1}]})
        };
        let key = |id: usize, secret: String| {
            json!({"kind": "api_key", "id": format!("apik_{id:014}"), "owner": "biz_Own00000000000",
                "secret": secret, "permissions": []})
        };
        let client = |id: usize, number: usize| json!({"kind": "client", "sub": format!("5b2f6a3e-8f0d-4c56-9f6e-{id:012}"), "client_id": number});
        [
            tenant(1, slug_a),
            tenant(2, slug_b),
            member(1, mail_a, a + 1),
            member(2, mail_b, b + 1),
            key(1, key_a),
            key(2, key_b),
            client(1, a + 1),
            client(2, b + 1),
        ]
    };
    let business = json!({"kind": "business", "id": "biz_Own00000000000"});
    let mut before = rows(0, 1).to_vec();
    before.push(business);
    moves(&before, &rows(1, 0));
}

#[test]
fn of_two_that_ask_for_one_name_the_first_line_gets_it() {
    for (folder, database) in stores() {
        let folder = folder.path();
        let mut rows = Vec::new();
        for n in 0..100 {
            rows.push(user(2 * n + 1, &format!("wanted{n}")));
            rows.push(user(2 * n, &format!("WANTED{n}")));
        }
        let output = import(folder, &database, &rows, &[]);
        reported(&output, 100, 0, 100);
        let report = stderr(&output);
        for n in 1..=100 {
            assert!(report.contains(&format!("line {}: username is taken\n", 2 * n)), "{report}");
        }
        // The same result again, and by a dry run.
        reported(&import(folder, &database, &rows, &["--dry-run"]), 0, 100, 100);
        reported(&import(folder, &database, &rows, &[]), 0, 100, 100);
    }
}

#[test]
fn the_first_line_gets_a_name_that_becomes_free_later() {
    for (folder, database) in stores() {
        let folder = folder.path();
        let before = users(&["holds", "first", "second", "stays"]);
        reported(&import(folder, &database, &before, &[]), 4, 0, 0);
        let rows = [user(1, "holds"), user(2, "stays"), user(0, "new"), user(2, "holds"), user(3, "STAYS")];
        let output = import(folder, &database, &rows, &[]);
        reported(&output, 3, 0, 2);
        let report = stderr(&output);
        assert!(report.contains("line 2: username is taken") && report.contains("line 4: "), "{report}");
        // A record whose row fails keeps its name, and nobody else gets it.
        reported(&import(folder, &database, &users(&["new", "holds", "second", "STAYS"]), &[]), 0, 4, 0);
    }
}

#[test]
fn a_row_that_cannot_succeed_makes_no_record_give_up_its_name() {
    for (folder, database) in stores() {
        let folder = folder.path();
        reported(&import(folder, &database, &users(&["ann", "bob"]), &[]), 2, 0, 0);
        let mut rows = users(&["bob", "ann"]);
        rows[1]["name"] = json!("\u{3164}");
        let output = import(folder, &database, &rows, &[]);
        reported(&output, 0, 0, 2);
        assert!(
            stderr(&output).contains("line 2: name must have a visible character"),
            "{}",
            stderr(&output)
        );
        reported(&import(folder, &database, &users(&["ann", "bob"]), &[]), 0, 2, 0);
    }
}

#[test]
fn several_lines_about_one_record_keep_their_order() {
    for (folder, database) in stores() {
        let folder = folder.path();
        reported(&import(folder, &database, &users(&["ann", "bob"]), &[]), 2, 0, 0);
        let rows = [user(0, "bob"), user(0, "last"), user(1, "free")];
        reported(&import(folder, &database, &rows, &[]), 3, 0, 0);
        reported(&import(folder, &database, &users(&["last", "free"]), &[]), 0, 2, 0);
    }
}
