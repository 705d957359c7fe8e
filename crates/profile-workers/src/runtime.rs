//! Asynchronous work beside what is served, on a thread that others go before.

use std::io;

use tokio::{
    runtime::{Builder, Runtime},
    task::JoinSet,
};

use crate::Broken;

/// How much others go before a thread that has stepped back.
const NICE: i32 = 10;

/// A thread of lower priority that runs futures.
pub struct LowPriorityRuntime(Option<Runtime>);

impl LowPriorityRuntime {
    /// Starts the thread, which ends with the value.
    ///
    /// # Errors
    /// The system has no more threads.
    pub fn start(name: &str) -> io::Result<Self> {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(1).thread_name(name).on_thread_start(step_back).enable_all();
        builder.build().map(|runtime| Self(Some(runtime)))
    }

    /// Runs `work` to its end, or until the returned future is dropped.
    ///
    /// # Errors
    /// [`Broken`] if it panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Broken> {
        let runtime = self.0.as_ref().ok_or(Broken)?;
        // A set, because it ends its work when it is dropped.
        let mut running = JoinSet::new();
        running.spawn_on(work, runtime.handle());
        running.join_next().await.and_then(Result::ok).ok_or(Broken)
    }
}

impl Drop for LowPriorityRuntime {
    fn drop(&mut self) {
        // Where others run in the same thread, which must not wait.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Lets other threads go before the one that calls it, which keeps a tenth of a processor where they want all of it. For the
/// threads of a runtime whose work can wait.
pub fn step_back() {
    set_nice(NICE);
}

/// On Linux a priority is a thread's own; elsewhere it would be the whole process's.
pub(crate) fn set_nice(nice: i32) {
    #[cfg(target_os = "linux")]
    rustix::process::nice(nice).ok();
    #[cfg(not(target_os = "linux"))]
    let _ = nice;
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::{
        sync::oneshot,
        time::{sleep, timeout},
    };

    use super::*;

    #[tokio::test]
    async fn work_is_done_at_a_lower_priority() {
        let runtime = LowPriorityRuntime::start("test").unwrap();
        let nice = async { rustix::process::getpriority_process(None).ok() };
        assert_eq!(runtime.run(nice).await, Ok(if cfg!(target_os = "linux") { Some(NICE) } else { Some(0) }));
        assert_eq!(runtime.run(async { panic!("on purpose") }).await, Err::<(), _>(Broken));
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_ends() {
        let runtime = LowPriorityRuntime::start("test").unwrap();
        let (held, ended) = oneshot::channel::<()>();
        let work = runtime.run(async move {
            sleep(Duration::from_mins(10)).await;
            drop(held);
        });
        assert!(timeout(Duration::from_millis(10), work).await.is_err());
        assert!(ended.await.is_err());
    }
}
