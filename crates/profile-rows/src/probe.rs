//! Whether the database takes writes, asked at most once a second, however many want to know: nobody needs a token for it.

use std::{
    future::Future,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use profile_ports::Unavailable;
use tokio::time::Instant;

/// How long an answer is good for.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// The last answer.
#[derive(Debug, Default)]
pub struct Probe(Mutex<Option<Known>>);

#[derive(Debug)]
struct Known {
    at: Instant,
    answer: Result<(), String>,
}

impl Probe {
    /// The last answer, or that of `question`.
    pub async fn ask(
        &self,
        question: impl Future<Output = Result<(), Unavailable>>,
    ) -> Result<(), Unavailable> {
        if let Some(answer) = self.recent() {
            return answer.map_err(Unavailable::database);
        }
        // Should the caller stop waiting, that is the answer.
        let mut asking = Asking { probe: self, answer: Err("it did not answer in time".to_owned()) };
        let answer = question.await;
        asking.answer = answer.as_ref().copied().map_err(|error| error.source.to_string());
        answer
    }

    /// The last answer, if it is still good; else the caller is the one who asks, and others are told the last one meanwhile.
    fn recent(&self) -> Option<Result<(), String>> {
        let mut known = self.known();
        let known = known.as_mut()?;
        if known.at.elapsed() < GOOD_FOR {
            return Some(known.answer.clone());
        }
        known.at = Instant::now();
        None
    }

    fn known(&self) -> MutexGuard<'_, Option<Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Asking<'a> {
    probe: &'a Probe,
    answer: Result<(), String>,
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        let answer = std::mem::replace(&mut self.answer, Ok(()));
        *self.probe.known() = Some(Known { at: Instant::now(), answer });
    }
}
