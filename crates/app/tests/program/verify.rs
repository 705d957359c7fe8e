//! `profile verify` finds what was changed behind the log's back, and the console says when it last ran.

use profile_testkit::cluster::Cluster;
use reqwest::{Client, redirect::Policy};

use crate::{
    DATABASE, stderr, stdout,
    support::{Answer, Target, profile, user},
};

/// The console's page about the system, as a reader sees it.
pub(crate) async fn system_page(target: &Target, database: &str) -> String {
    let key = target.operator_key(database, "reader", &[]);
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let sign_in = client
        .post(format!("{}/console/sign-in", target.url))
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("next=/console&key={}", key.secret));
    let signed_in = Answer::read(sign_in.send().await.unwrap()).await;
    let cookie = signed_in.header("set-cookie").split(';').next().unwrap();
    let page = client.get(format!("{}/console/system", target.url)).header("cookie", cookie);
    let page = Answer::read(page.send().await.unwrap()).await;
    assert_eq!(page.status, 200, "{}", page.text);
    page.text
}

#[tokio::test]
async fn on_sqlite() {
    let target = Target::binary(DATABASE);
    let family = target.family();
    assert_eq!(target.put(&user(family.alone), r#"{"city":"Oslo"}"#).await.status, 200);
    let page = system_page(&target, DATABASE).await;
    assert!(page.contains("<dt>last run</dt><dd>none yet"), "{page}");
    assert!(
        page.contains("<dt>size</dt><dd><data value=") && page.contains("<dt>free within it</dt>"),
        "{page}"
    );
    let verified = profile(&target.folder, DATABASE).arg("verify").output().unwrap();
    assert!(verified.status.success(), "{}", stderr(&verified));
    assert_eq!(stderr(&verified), "");
    assert!(stdout(&verified).ends_with(" changes: 0 findings\n"), "{}", stdout(&verified));
    let page = system_page(&target, DATABASE).await;
    assert!(page.contains("<dt>last run</dt><dd><time ") && page.contains("<dd>no findings: "), "{page}");
    let counted = stdout(&verified);
    let counted = counted.lines().last().unwrap().strip_prefix("verified ").unwrap();
    let compared = counted.strip_suffix(": 0 findings").unwrap();
    assert!(page.contains(&format!("<dt>compared</dt><dd>{compared}</dd>")), "{compared}: {page}");
}

#[tokio::test]
async fn on_postgres() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let target = Target::binary(&database);
    let verify = || profile(&target.folder, &database).arg("verify").output().unwrap();
    let verified = verify();
    assert!(verified.status.success(), "{}", stderr(&verified));
    let page = system_page(&target, &database).await;
    assert!(page.contains("<dt>last run</dt><dd><time ") && page.contains("<dd>no findings: "), "{page}");
    assert!(page.contains("<dt>size</dt><dd><data value="), "{page}");

    cluster.execute(&database, "UPDATE account SET city = city || 'x' WHERE login = 100000");
    cluster.execute(&database, "DELETE FROM changes WHERE kind = 'language'");
    cluster.execute(&database, "DELETE FROM changes WHERE kind = 'business'");
    let verified = verify();
    assert_eq!(verified.status.code(), Some(1));
    let lines = stderr(&verified);
    assert!(lines.contains("profile: account 100000: differs from the log in: city\n"), "{lines}");
    assert!(lines.contains(" records are not in the log\n"), "{lines}");
    let findings = lines.lines().filter(|line| line.starts_with("profile: ")).count();
    let page = system_page(&target, &database).await;
    assert!(page.contains(&format!("<strong>{findings} findings</strong>")), "{findings}: {page}");
}

#[test]
fn what_cannot_be_remembered_is_verified_all_the_same() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let folder = Target::import(&database);
    cluster.execute(&database, "ALTER TABLE verification RENAME TO gone");
    let verified = profile(&folder, &database).arg("verify").output().unwrap();
    assert!(verified.status.success(), "{}", stderr(&verified));
    assert!(stderr(&verified).starts_with("profile: warning: the console will not show this run: "));
    assert!(stdout(&verified).ends_with(" changes: 0 findings\n"), "{}", stdout(&verified));
}
