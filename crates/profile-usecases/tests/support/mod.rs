//! A server that delivers, and changes for it, as the tests of webhooks and of the stream share them.

use std::{fmt::Debug, time::Duration};

use profile_domain::account::Account;
use profile_ports::Commits as _;
use profile_testkit::{
    fixtures::{account, commit, commit_after, saved, text},
    memory::MemoryStore,
};
use profile_usecases::delivery::{Delivery, deliver};
use tokio::{
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, sleep},
};

/// A server that delivers.
pub(super) struct Server {
    task: JoinHandle<()>,
    stop: oneshot::Sender<()>,
}

impl Server {
    pub(super) fn start(delivery: Delivery) -> Self {
        let (stop, stopped) = oneshot::channel();
        Self { task: tokio::spawn(deliver(delivery, stopped)), stop }
    }

    pub(super) async fn stop(self) {
        drop(self.stop);
        self.task.await.unwrap();
    }

    /// Ends as a killed server does, at once and without a word.
    pub(super) async fn kill(self) {
        self.task.abort();
        self.task.await.ok();
    }
}

/// Stores a new account.
pub(super) async fn add_account(store: &MemoryStore, number: i64) {
    store.commit(commit(None, account(number))).await.unwrap();
}

/// Changes the city of an account.
pub(super) async fn move_account(store: &MemoryStore, number: i64, city: &str) {
    let before = saved::<Account>(store, &account(number).login).await.unwrap();
    let mut next = before.record.clone();
    next.profile.city = text(city);
    store.commit(commit_after(&before, next)).await.unwrap();
}

/// Waits until so many have arrived, and what came of them is stored.
pub(super) async fn until<T: Debug>(wanted: usize, arrived: impl Fn() -> Vec<T>) {
    let begun = Instant::now();
    while arrived().len() < wanted {
        assert!(begun.elapsed() < Duration::from_mins(2), "{:?}", arrived());
        sleep(Duration::from_millis(10)).await;
    }
    sleep(Duration::from_secs(1)).await;
}
