//! Turns: callers of this process who write the same record at the same time do so one after another.
//!
//! Without them all would try, one would succeed, and the others would try again: n callers would cost n²/2 commits.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Most callers who wait for one record.
const LINE: usize = 1024;
/// How long one of them waits.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is written, and its key.
type Key = (&'static str, String);

/// The records that somebody of this process writes at the moment.
#[derive(Default)]
pub struct Turns(Mutex<HashMap<Key, Line>>);

/// The line in front of one record.
struct Line {
    turn: Arc<Semaphore>,
    /// How many wait or have their turn.
    places: usize,
}

/// A place in the line of a record, and in the end the turn. Whoever drops it lets the next one go.
pub(crate) struct Turn {
    turns: Arc<Turns>,
    key: Key,
    permit: Option<OwnedSemaphorePermit>,
    /// Whether somebody else had a turn meanwhile, so that the record may be another one than was read.
    pub(crate) waited: bool,
}

impl Turns {
    /// The turn of whoever asks, in the order of asking; `None` where too many wait, or it takes too long.
    pub(crate) async fn take(self: &Arc<Self>, key: Key) -> Option<Turn> {
        let line = self.join(&key)?;
        let mut turn = Turn { turns: Arc::clone(self), key, permit: None, waited: false };
        turn.permit = Arc::clone(&line).try_acquire_owned().ok();
        if turn.permit.is_none() {
            turn.waited = true;
            turn.permit = Some(timeout(PATIENCE, line.acquire_owned()).await.ok()?.ok()?);
        }
        Some(turn)
    }

    fn join(&self, key: &Key) -> Option<Arc<Semaphore>> {
        let mut lines = self.lines();
        let line =
            lines.entry(key.clone()).or_insert_with(|| Line { turn: Arc::new(Semaphore::new(1)), places: 0 });
        if line.places > LINE {
            return None;
        }
        line.places += 1;
        Some(Arc::clone(&line.turn))
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<Key, Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut lines = self.turns.lines();
        if let Some(line) = lines.get_mut(&self.key) {
            line.places -= 1;
            if line.places == 0 {
                lines.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt as _, future::join_all};

    use super::*;

    fn key(name: &str) -> Key {
        ("account", name.to_owned())
    }

    #[tokio::test]
    async fn the_first_to_ask_is_the_first_to_have_a_turn() {
        let turns = Arc::new(Turns::default());
        let order = Mutex::new(Vec::new());
        let callers = (0..100).map(async |number| {
            let turn = turns.take(key("a")).await.unwrap();
            assert_eq!(turn.waited, number > 0);
            tokio::task::yield_now().await;
            order.lock().unwrap().push(number);
        });
        join_all(callers).await;
        assert_eq!(*order.lock().unwrap(), (0..100).collect::<Vec<_>>());
        assert!(turns.lines().is_empty(), "a record that nobody writes takes no room");
    }

    #[tokio::test]
    async fn records_do_not_wait_for_each_other() {
        let turns = Arc::new(Turns::default());
        let _first = turns.take(key("a")).await.unwrap();
        let _other = turns.take(key("b")).now_or_never().unwrap().unwrap();
        let _kind = turns.take(("user", "a".to_owned())).now_or_never().unwrap().unwrap();
    }

    #[tokio::test]
    async fn who_leaves_the_line_holds_nobody_up() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(key("a")).await.unwrap();
        let mut gone = Box::pin(turns.take(key("a")));
        let mut last = Box::pin(turns.take(key("a")));
        assert!((&mut gone).now_or_never().is_none());
        assert!((&mut last).now_or_never().is_none());
        drop(gone);
        drop(first);
        drop(last.await.unwrap());
        assert!(turns.lines().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_has_an_end_and_patience_too() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(key("a")).await.unwrap();
        let mut waiting: Vec<_> = (0..LINE).map(|_| Box::pin(turns.take(key("a")))).collect();
        for one in &mut waiting {
            assert!(one.now_or_never().is_none());
        }
        assert!(turns.take(key("a")).await.is_none(), "the line is full");
        assert!(join_all(waiting).await.into_iter().all(|turn| turn.is_none()), "nobody waits for ever");
        drop(first);
        assert!(turns.lines().is_empty());
    }
}
