//! `profile verify` finds what was changed behind the log's back.

use profile_testkit::cluster::Cluster;

use crate::{
    DATABASE, stderr, stdout,
    support::{Target, profile, user},
};

#[tokio::test]
async fn on_sqlite() {
    let target = Target::binary(DATABASE);
    let family = target.family();
    assert_eq!(target.put(&user(family.alone), r#"{"city":"Oslo"}"#).await.status, 200);
    let verified = profile(&target.folder, DATABASE).arg("verify").output().unwrap();
    assert!(verified.status.success(), "{}", stderr(&verified));
    assert!(stdout(&verified).ends_with(" changes: 0 findings\n"), "{}", stdout(&verified));
}

#[tokio::test]
async fn on_postgres() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let target = Target::binary(&database);
    let verify = || profile(&target.folder, &database).arg("verify").output().unwrap();
    let verified = verify();
    assert!(verified.status.success(), "{}", stderr(&verified));

    cluster.execute(&database, "UPDATE account SET city = city || 'x' WHERE login = 100000");
    cluster.execute(&database, "DELETE FROM changes WHERE kind = 'language'");
    cluster.execute(&database, "DELETE FROM changes WHERE kind = 'business'");
    let verified = verify();
    assert_eq!(verified.status.code(), Some(1));
    let lines = stderr(&verified);
    assert!(lines.contains("profile: account 100000: differs from the log in: city\n"), "{lines}");
    assert!(lines.contains(" records are not in the log\n"), "{lines}");
}
