//! Followers of the log see each change once, however fast changes come, however slow they are, and however often they stop waiting.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test fails by panicking

use std::{sync::Arc, time::Duration};

use profile_domain::{change::RecordKind, operator::ChangeFilter};
use profile_ports::{Commits as _, Feed as _, Page, Store};
use profile_testkit::{
    fixtures::{account, commit, file},
    memory::MemoryStore,
};
use profile_usecases::{FeedHub, operator::ChangeFollower, watch_feed};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};
use uuid::Uuid;

/// A store whose log is read for followers.
struct Log {
    store: Arc<MemoryStore>,
    hub: Arc<FeedHub>,
    watcher: JoinHandle<()>,
}

impl Log {
    fn new() -> Self {
        let (store, hub) = (Arc::new(MemoryStore::default()), Arc::new(FeedHub::default()));
        let watcher = tokio::spawn(watch_feed(Arc::clone(&store) as Arc<dyn Store>, Arc::clone(&hub)));
        Self { store, hub, watcher }
    }

    fn follower(&self, filter: ChangeFilter, position: Uuid) -> ChangeFollower {
        ChangeFollower::new(Arc::clone(&self.store) as _, Arc::clone(&self.hub), filter, position)
    }

    async fn write(&self, number: i64) {
        self.store.commit(commit(None, account(number))).await.unwrap();
    }

    async fn ids(&self) -> Vec<Uuid> {
        let all = self.store.changes_behind(Page::first(10_000)).await.unwrap();
        all.iter().map(|change| change.id).collect()
    }
}

/// Takes what comes within `wait`.
async fn take(follower: &mut ChangeFollower, wait: Duration, seen: &mut Vec<Uuid>) -> bool {
    match timeout(wait, follower.next(7)).await {
        Ok(changes) => {
            seen.extend(changes.unwrap().unwrap().iter().map(|change| change.id));
            true
        }
        Err(_) => false,
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_stops_waiting_again_and_again_loses_nothing() {
    let log = Log::new();
    let mut follower = log.follower(ChangeFilter::default(), Uuid::nil());
    let mut seen = Vec::new();
    for number in 1..=200 {
        log.write(number).await;
        take(&mut follower, Duration::from_millis(3), &mut seen).await;
    }
    while take(&mut follower, Duration::from_secs(5), &mut seen).await {}
    assert_eq!(seen, log.ids().await);
}

#[tokio::test(start_paused = true)]
async fn whoever_falls_behind_goes_on_from_the_store() {
    let log = Log::new();
    let mut follower = log.follower(ChangeFilter::default(), Uuid::nil());
    let mut seen = Vec::new();
    assert!(!take(&mut follower, Duration::from_secs(1), &mut seen).await);
    // Far more batches than wait for a slow follower.
    for number in 1..=100 {
        log.write(number).await;
        sleep(Duration::from_millis(200)).await;
    }
    while take(&mut follower, Duration::from_secs(5), &mut seen).await {}
    assert_eq!(seen, log.ids().await);
}

#[tokio::test(start_paused = true)]
async fn a_page_waits_for_a_match_and_ends_empty_without_one() {
    let log = Log::new();
    let files = || ChangeFilter { kinds: [RecordKind::File].into(), ..ChangeFilter::default() };
    log.write(1).await;
    let begun = Instant::now();
    let page = log.follower(files(), Uuid::nil()).page(50, Duration::from_secs(30)).await.unwrap();
    assert_eq!((page.changes.len(), page.next), (0, log.ids().await[0]));
    assert_eq!(begun.elapsed(), Duration::from_secs(30));

    let waiting = log.follower(files(), page.next).page(50, Duration::from_secs(30));
    let writing = async {
        sleep(Duration::from_secs(3)).await;
        log.write(2).await;
        log.store.commit(commit(None, file())).await.unwrap();
    };
    let begun = Instant::now();
    let (page, ()) = tokio::join!(waiting, writing);
    let page = page.unwrap();
    assert_eq!((page.changes.len(), page.next), (1, log.ids().await[2]));
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_page_has_no_more_than_its_limit_and_leaves_the_rest() {
    let log = Log::new();
    let waiting = log.follower(ChangeFilter::default(), Uuid::nil()).page(2, Duration::from_secs(30));
    let writing = async {
        sleep(Duration::from_secs(3)).await;
        for number in 1..=5 {
            log.write(number).await;
        }
    };
    let (page, ()) = tokio::join!(waiting, writing);
    let page = page.unwrap();
    let ids = log.ids().await;
    let seen: Vec<Uuid> = page.changes.iter().map(|change| change.id).collect();
    assert_eq!((seen.as_slice(), page.next), (&ids[..2], ids[1]));
}

#[tokio::test(start_paused = true)]
async fn all_waiting_ends_when_the_server_stops() {
    let log = Log::new();
    let mut follower = log.follower(ChangeFilter::default(), Uuid::nil());
    let page = log.follower(ChangeFilter::default(), Uuid::nil()).page(50, Duration::from_secs(30));
    let stop = async {
        sleep(Duration::from_secs(1)).await;
        log.hub.close();
    };
    let begun = Instant::now();
    let (next, page, ()) = tokio::join!(follower.next(7), page, stop);
    assert!(next.unwrap().is_none() && page.unwrap().changes.is_empty());
    assert_eq!(begun.elapsed(), Duration::from_secs(1));
    assert!(follower.next(7).await.unwrap().is_none(), "nobody begins to wait");
    log.watcher.await.unwrap();
}
