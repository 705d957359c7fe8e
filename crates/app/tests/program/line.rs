//! What callers are told while the line to PostgreSQL is lost, and afterwards.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use profile_testkit::{cluster::Cluster, proxy::Proxy};
use serde_json::json;

use crate::support::{Target, user};

/// Well behind the time limits of the service, and long before TCP would give up.
const HANGS: Duration = Duration::from_secs(40);

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_line_ends_requests_and_an_unknown_outcome_is_called_so() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let proxy = Proxy::before(cluster.address()).await;
    let through = format!("postgres://postgres@{}/{}", proxy.address, url.rsplit('/').next().unwrap());
    let target = Target::serve(Target::import(&url), &through);
    let login = target.family().alone;
    for (city, frozen) in [("cut behind it", false), ("frozen behind it", true)] {
        if frozen {
            proxy.freeze_behind(city);
        } else {
            proxy.cut_behind(city);
        }
        let begun = Instant::now();
        let lost = target.put(&user(login), json!({ "city": city }).to_string()).await;
        assert!(begun.elapsed() < HANGS, "{:?}", begun.elapsed());
        assert_eq!(lost.status, 503, "{}", lost.text);
        assert_eq!(lost.json()["error"], "RET_TECH_PROBLEM");
        assert!(lost.json()["message"].as_str().unwrap().contains("unknown"), "{}", lost.text);
        assert!(lost.headers.contains_key("retry-after"));
        assert_eq!(target.account(login).await["city"], city, "it was written");
    }

    // Each thread that answers has lines of its own; many at once reach them all.
    let token = user(login);
    let reads = || join_all((0..16).map(|_| target.get("/account/me", &token)));
    assert!(reads().await.iter().all(|read| read.status == 200));
    proxy.freeze();
    let begun = Instant::now();
    let read = reads().await;
    assert!(begun.elapsed() < HANGS, "{:?}", begun.elapsed());
    let lost: Vec<_> = read.iter().filter(|read| read.status == 503).collect();
    assert!(!lost.is_empty() && read.iter().all(|read| [200, 503].contains(&read.status)), "{read:?}");
    assert!(lost.iter().all(|read| !read.text.contains("unknown")), "nothing was to be written");
    assert!(reads().await.iter().all(|read| read.status == 200), "new lines carry");
}
