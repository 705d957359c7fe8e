//! A standby has what its primary acknowledged, and takes its place.

#![allow(clippy::unwrap_used)]

use profile_testkit::cluster::Cluster;

#[test]
fn a_promoted_standby_has_what_the_killed_primary_acknowledged() {
    let primary = Cluster::start();
    let standby = primary.standby("second");
    primary.wait_for_standby("second");
    let url = primary.url("postgres");
    primary.execute(&url, "CREATE TABLE said (word text)");
    primary.execute(&url, "INSERT INTO said VALUES ('acknowledged')");
    primary.kill();
    standby.promote();
    let url = standby.url("postgres");
    assert_eq!(standby.query(&url, "SELECT word FROM said"), "acknowledged\n");
    standby.execute(&url, "INSERT INTO said VALUES ('later')");
}
