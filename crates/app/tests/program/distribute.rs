//! `profile migrate --distribute`: what it refuses, and what it says.

use profile_testkit::cluster::Cluster;
use tempfile::TempDir;

use crate::{DATABASE, refused, run, stderr, stdout, support::profile};

const DISTRIBUTE: [&str; 2] = ["migrate", "--distribute"];

#[test]
fn a_file_and_a_plain_server_are_refused_and_stay_as_they_are() {
    let folder = TempDir::new().unwrap();
    refused(&run(folder.path(), &DISTRIBUTE), 1, "it is one file");
    assert!(!folder.path().join("data").exists(), "{DATABASE} was made");
    assert!(run(folder.path(), &["migrate"]).status.success());
    refused(
        &run(folder.path(), &DISTRIBUTE),
        1,
        "cannot distribute database sqlite://data/profile.db: it is one file",
    );

    let cluster = Cluster::shared();
    let database = cluster.database();
    let refusal = profile(folder.path(), &database).args(DISTRIBUTE).output().unwrap();
    refused(&refusal, 1, "it has no extension citus");
    cluster.pretend_citus(&database, 0);
    let refusal = profile(folder.path(), &database).args(DISTRIBUTE).output().unwrap();
    refused(&refusal, 1, "the cluster has no active worker nodes");
    assert_eq!((stdout(&refusal).as_str(), stderr(&refusal).lines().count()), ("", 1));
    let tables = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    assert_eq!(cluster.query(&database, tables), "0\n", "no migration was applied");
}

#[test]
fn a_cluster_is_distributed_once() {
    let folder = TempDir::new().unwrap();
    let cluster = Cluster::shared();
    let database = cluster.database();
    cluster.pretend_citus(&database, 2);
    let done = profile(folder.path(), &database).args(DISTRIBUTE).output().unwrap();
    assert!(done.status.success(), "{}", stderr(&done));
    let lines = stdout(&done);
    assert!(lines.starts_with("applied "), "{lines}");
    for line in ["copied to every machine: customer\n", "distributed account\n", "distributed claim\n"] {
        assert!(lines.contains(line), "{lines}");
    }
    let again = profile(folder.path(), &database).args(DISTRIBUTE).output().unwrap();
    assert_eq!((again.status.code(), stdout(&again).as_str()), (Some(0), "up to date\n"));
}

#[test]
fn checking_and_distributing_exclude_each_other() {
    let folder = TempDir::new().unwrap();
    let both = run(folder.path(), &["migrate", "--check", "--distribute"]);
    assert_eq!(both.status.code(), Some(2), "{}", stderr(&both));
    let help = run(folder.path(), &["migrate", "--help"]);
    assert!(stdout(&help).contains("profile migrate --distribute"), "{}", stdout(&help));
}
