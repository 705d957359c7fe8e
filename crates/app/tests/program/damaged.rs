//! A row that nobody can read is a fault of the service (500) and told with its place, and not a reason to try again.

use std::{fs, time::Duration};

use profile_testkit::cluster::Cluster;
use serde_json::json;

use crate::support::{Target, clients, user};

#[tokio::test]
async fn a_damaged_row_is_told_with_its_place() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let target = Target::binary(&database);
    let family = target.family();
    let people = target.people();
    let members = target.members();
    for table in ["account", "user_profile", "client", "member"] {
        cluster.execute(&database, &format!("UPDATE {table} SET chain = '\\x00'"));
    }
    let (login, mira) = (family.alone, members.mira());
    let of_user = format!("Bearer {}", target.own_token(&people.nora));
    let asked = [
        ("/account/me", user(login), "RET_TECH_PROBLEM", format!("account, key {login}: chain")),
        ("/users/me", of_user, "internal_error", format!("user, key {}: chain", people.nora)),
        (
            "/client/profile",
            clients::token(clients::OPEN),
            "InternalError",
            format!("client, key {}: chain", clients::OPEN),
        ),
        (
            "/api/sys/v1/account/get_profile",
            crate::support::members::bearer(mira, None),
            "INTERNAL_ERROR",
            format!("member, key {mira}: chain"),
        ),
    ];
    for (path, token, code, place) in asked {
        let answer = target.get(path, &token).await;
        assert_eq!(answer.status, 500, "{path}: {}", answer.text);
        assert!(answer.text.contains(&json!(code).to_string()), "{path}: {}", answer.text);
        assert!(answer.headers.get("retry-after").is_none(), "{path}");
        assert!(!answer.text.contains("chain"), "{path}: {}", answer.text);
        logged(&target, &format!("damaged row in {place}")).await;
    }
}

/// Waits for a line of the log, which a thread of its own writes.
async fn logged(target: &Target, text: &str) {
    for _ in 0..500 {
        if fs::read_to_string(target.folder.join("log")).unwrap().contains(text) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never logged: {text}");
}
