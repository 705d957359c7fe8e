//! The one-time link of `profile console-link`.

use crate::{
    Target,
    browser::Browser,
    support::{Answer, profile},
};
use profile_testkit::cluster::Cluster;

async fn is_spent_once(target: &Target, database: &str) {
    let made = profile(&target.folder, database)
        .args(["console-link", "--role", "support", "--name", "Zoë of the desk"])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let link = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    let path = link.strip_prefix("http://profile.test").unwrap();
    // Previews of a mail or a chat, which spend nothing.
    for _ in 0..2 {
        let page = Browser::new(target).get(path).await;
        assert_eq!((page.status, page.header("set-cookie")), (200, ""));
    }
    let mut browser = Browser::new(target);
    let copies = (0..8).map(|_| browser.post(path, &[]));
    let answers: Vec<Answer> = futures_util::future::join_all(copies).await;
    let (opened, refused): (Vec<&Answer>, Vec<&Answer>) =
        answers.iter().partition(|answer| answer.status == 303);
    assert_eq!((opened.len(), refused.len()), (1, 7));
    assert!(refused.iter().all(|answer| answer.status == 401 && answer.text.contains("used before")));
    browser.keep(opened[0]);
    let page = browser.page("/console").await;
    assert!(page.contains("Zoë of the desk") && page.contains("support"), "{page}");
}

#[tokio::test]
async fn a_link_is_spent_once_on_sqlite() {
    let database = "sqlite://data/profile.db";
    is_spent_once(&Target::binary(database, &[]), database).await;
}

#[tokio::test]
async fn a_link_is_spent_once_on_postgres() {
    let database = Cluster::shared().database();
    is_spent_once(&Target::binary(&database, &[]), &database).await;
}
