//! A few threads of low priority for work that takes long, so that it delays nobody who is served meanwhile.
//!
#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod runtime;

use std::thread::available_parallelism;

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
pub use runtime::{LowPriorityRuntime, step_back};
use tokio::sync::oneshot;

/// The work did not come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the work did not come to its end")]
pub struct Broken;

/// Most threads of a kind: each of them may take a processor, and memory for its work.
const MAX_THREADS: usize = 2;

/// The threads; what waits for one of them is done in the order of arrival.
pub struct Workers(Result<ThreadPool, ThreadPoolBuildError>);

impl Workers {
    /// Threads on half of the processors at most, which end with the value.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        let processors = available_parallelism().map_or(1, usize::from);
        let pool = ThreadPoolBuilder::new()
            .num_threads((processors / 2).clamp(1, MAX_THREADS))
            .thread_name(move |number| format!("{name}-{number}"))
            // With no part at all, a busy server would never come to a password.
            .start_handler(|_| runtime::set_nice(19))
            // Who waits for the work hears of it; the process goes on.
            .panic_handler(|_| {})
            .build();
        Self(pool)
    }

    /// Runs `work` on one of the threads.
    ///
    /// # Errors
    /// [`Broken`] if it panicked, or if there are no threads.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Broken> {
        let pool = self.0.as_ref().map_err(|_| Broken)?;
        let (answer, answered) = oneshot::channel();
        pool.spawn_fifo(move || {
            // Whoever has gone meanwhile needs no answer.
            if !answer.is_closed() {
                drop(answer.send(work()));
            }
        });
        answered.await.map_err(|_| Broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_is_done_and_a_panic_is_told() {
        let workers = Workers::new("test");
        assert_eq!(workers.run(|| 6 * 7).await, Ok(42));
        assert_eq!(workers.run(|| panic!("on purpose")).await, Err::<(), _>(Broken));
        assert_eq!(workers.run(|| "still here").await, Ok("still here"));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn others_go_first() {
        let workers = Workers::new("test");
        let nice = || rustix::process::getpriority_process(None).ok();
        assert_eq!(nice(), Some(0));
        assert_eq!(workers.run(nice).await, Ok(Some(19)));
        assert_eq!(nice(), Some(0), "the others' priority is as before");
    }
}
