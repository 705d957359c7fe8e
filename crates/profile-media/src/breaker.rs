//! Asks a store no more, for a while, that has stopped answering.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use object_store::Error;
use profile_ports::Unavailable;

/// Failures in a row after which it is left alone.
const MOST_FAILURES: u32 = 5;
/// For how long; then one request tries again.
const PAUSE: Duration = Duration::from_secs(5);

/// Counts failures in a row.
pub(crate) struct Breaker {
    /// Whether it does anything: a store on a disk is left its own time.
    on: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    failures: u32,
    closed_until: Option<Instant>,
}

/// The store has not answered lately.
#[derive(Debug, thiserror::Error)]
#[error(
    "the media store has not answered {MOST_FAILURES} times in a row; it is asked again in a few seconds"
)]
struct Paused;

/// The store did not answer in time.
#[derive(Debug, thiserror::Error)]
#[error("the media store did not answer within {0:?}")]
struct Late(Duration);

impl Breaker {
    pub(crate) fn new(on: bool) -> Self {
        Self { on, state: Mutex::default() }
    }

    /// What `request` answers, if it does within `limit`.
    pub(crate) async fn ask<T>(
        &self,
        limit: Duration,
        request: impl Future<Output = Result<T, Error>>,
    ) -> Result<Result<T, Error>, Unavailable> {
        if !self.on {
            return Ok(request.await);
        }
        self.enter(Instant::now())?;
        let answer = tokio::time::timeout(limit, request).await;
        self.note(answer.as_ref().is_ok_and(is_answer));
        answer.map_err(|_| Unavailable::media(Late(limit)))
    }

    fn enter(&self, now: Instant) -> Result<(), Unavailable> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match state.closed_until {
            Some(until) if now < until => Err(Unavailable::media(Paused)),
            Some(_) => {
                // This one tries; the others wait for what it finds.
                state.closed_until = Some(now + PAUSE);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn note(&self, answered: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if answered {
            *state = State::default();
            return;
        }
        state.failures = state.failures.saturating_add(1);
        if state.failures >= MOST_FAILURES {
            state.closed_until = Some(Instant::now() + PAUSE);
        }
    }
}

/// Whether the store has answered, be it with a refusal.
fn is_answer<T>(answer: &Result<T, Error>) -> bool {
    !matches!(answer, Err(Error::Generic { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_failures_in_a_row_one_request_tries_again() {
        let breaker = Breaker::new(true);
        let now = Instant::now();
        for _ in 0..MOST_FAILURES {
            assert!(breaker.enter(now).is_ok());
            breaker.note(false);
        }
        assert!(breaker.enter(Instant::now()).is_err());
        let later = Instant::now() + PAUSE;
        assert!(breaker.enter(later).is_ok());
        assert!(breaker.enter(later).is_err(), "only one");
        breaker.note(true);
        assert!(breaker.enter(Instant::now()).is_ok());
    }
}
