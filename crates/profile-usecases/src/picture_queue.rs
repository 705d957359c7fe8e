//! Whose picture is looked at next: callers in turn, however many pictures one of them has sent.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::oneshot;

/// Pictures whose bytes are in memory at the same time.
const MAX_PROCESSED_AT_ONCE: usize = 2;
/// Pictures that may wait, of all callers and of one.
const MOST_WAITING: usize = 256;
const MOST_WAITING_OF_ONE: usize = 64;

/// Too many pictures wait already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many pictures are waiting")]
pub(crate) struct QueueFull;

/// The queue.
#[derive(Default)]
pub(crate) struct PictureQueue(Arc<Mutex<Queue>>);

#[derive(Default)]
struct Queue {
    taken: usize,
    waiting: usize,
    /// Callers in the order of their turns, each with those of its pictures that wait.
    callers: VecDeque<(String, VecDeque<oneshot::Sender<PictureTurn>>)>,
}

/// The right to look at a picture, until this is dropped.
pub(crate) struct PictureTurn(Option<Arc<Mutex<Queue>>>);

impl PictureQueue {
    /// Waits until it is the turn of a picture of `caller`.
    pub(crate) async fn wait(&self, caller: &str) -> Result<PictureTurn, QueueFull> {
        let answered = {
            let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if queue.taken < MAX_PROCESSED_AT_ONCE {
                queue.taken += 1;
                return Ok(PictureTurn(Some(Arc::clone(&self.0))));
            }
            queue.push(caller)?
        };
        answered.await.map_err(|_| QueueFull)
    }
}

impl Queue {
    fn push(&mut self, caller: &str) -> Result<oneshot::Receiver<PictureTurn>, QueueFull> {
        if self.waiting >= MOST_WAITING {
            return Err(QueueFull);
        }
        let (answer, answered) = oneshot::channel();
        match self.callers.iter_mut().find(|(name, _)| name == caller) {
            Some((_, own)) if own.len() >= MOST_WAITING_OF_ONE => return Err(QueueFull),
            Some((_, own)) => own.push_back(answer),
            None => self.callers.push_back((caller.to_owned(), VecDeque::from([answer]))),
        }
        self.waiting += 1;
        Ok(answered)
    }

    /// The next picture of the next caller, who then goes to the end; the turn is free if nobody waits.
    fn next(&mut self) -> Option<oneshot::Sender<PictureTurn>> {
        let Some((caller, mut own)) = self.callers.pop_front() else {
            self.taken -= 1;
            return None;
        };
        let next = own.pop_front();
        self.waiting -= 1;
        if !own.is_empty() {
            self.callers.push_back((caller, own));
        }
        next
    }
}

impl Drop for PictureTurn {
    fn drop(&mut self) {
        let Some(queue) = self.0.take() else { return };
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
            let Some(next) = next else { return };
            match next.send(Self(Some(Arc::clone(&queue)))) {
                Ok(()) => return,
                // Whoever waited has gone; what comes back must not give its turn away once more.
                Err(mut turn) => turn.0 = None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn callers_take_turns_whatever_each_has_sent() {
        let turns = Arc::new(PictureQueue::default());
        let first = [turns.wait("a").await.unwrap(), turns.wait("a").await.unwrap()];
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut waiting = Vec::new();
        for caller in ["a", "a", "a", "b", "c"] {
            let (turns, order) = (Arc::clone(&turns), Arc::clone(&order));
            waiting.push(tokio::spawn(async move {
                let turn = turns.wait(caller).await.unwrap();
                order.lock().unwrap().push(caller);
                drop(turn);
            }));
            tokio::task::yield_now().await;
        }
        drop(first);
        for one in waiting {
            one.await.unwrap();
        }
        let order = order.lock().unwrap();
        assert_eq!(*order, ["a", "b", "c", "a", "a"]);
    }

    #[tokio::test]
    async fn the_queue_has_an_end_and_who_left_is_passed_over() {
        let turns = Arc::new(PictureQueue::default());
        let first = [turns.wait("a").await.unwrap(), turns.wait("a").await.unwrap()];
        let mut gone: Vec<_> = (0..MOST_WAITING_OF_ONE).map(|_| Box::pin(turns.wait("a"))).collect();
        for one in &mut gone {
            assert!(one.now_or_never().is_none());
        }
        assert!(matches!(turns.wait("a").await, Err(QueueFull)));
        let mut other = Box::pin(turns.wait("b"));
        assert!((&mut other).now_or_never().is_none());
        drop(gone);
        drop(first);
        drop(other.await.unwrap());
        assert!(turns.wait("a").await.is_ok());
    }
}
