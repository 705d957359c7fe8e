//! What a server does beside answering, until it is stopped.

use anyhow::Context as _;
use tokio::{sync::oneshot, task::JoinHandle};

/// Work that goes on until it is told to stop.
struct Task {
    /// What is said if it did not come to its end.
    failed: &'static str,
    /// Dropped, it tells the work to stop.
    stop: oneshot::Sender<()>,
    work: JoinHandle<()>,
}

/// The tasks of a server, in the order in which they are stopped.
#[derive(Default)]
pub(crate) struct Background(Vec<Task>);

impl Background {
    /// Starts work, which ends soon after what it is given is over.
    pub(crate) fn start<W: Future<Output = ()> + Send + 'static>(
        &mut self,
        failed: &'static str,
        work: impl FnOnce(oneshot::Receiver<()>) -> W,
    ) {
        let (stop, stopped) = oneshot::channel();
        self.0.push(Task { failed, stop, work: tokio::spawn(work(stopped)) });
    }

    /// Starts work that may be ended at any moment.
    pub(crate) fn start_endless(
        &mut self,
        failed: &'static str,
        work: impl Future<Output = ()> + Send + 'static,
    ) {
        self.start(failed, |stopped| async {
            tokio::select! {
                () = work => {}
                _ = stopped => {}
            }
        });
    }

    /// Stops one after the other, each when the one before has ended.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        for Task { failed, stop, work } in self.0 {
            drop(stop);
            work.await.context(failed)?;
        }
        Ok(())
    }
}
