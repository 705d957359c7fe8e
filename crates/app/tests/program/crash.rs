//! What was answered with 200 is there after a kill.

use profile_testkit::cluster::Cluster;
use serde_json::json;

use crate::{
    DATABASE,
    support::{Target, user},
};

async fn survives(database: &str) {
    let target = Target::binary(database);
    let family = target.family();
    for round in 0..20 {
        let answer =
            target.put(&user(family.alone), json!({"city": format!("round {round}")}).to_string()).await;
        assert_eq!(answer.status, 200);
    }
    target.kill();
    let again = Target::serve(target.folder.clone(), database);
    assert_eq!(again.account(family.alone).await["city"], "round 19");
}

#[tokio::test]
async fn on_sqlite() {
    survives(DATABASE).await;
}

#[tokio::test]
async fn on_postgres() {
    survives(&Cluster::shared().database()).await;
}
