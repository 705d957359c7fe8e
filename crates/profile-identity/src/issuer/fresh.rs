//! The background task that reads an issuer's keys again and again.

use std::{error::Error, sync::Arc};

use tokio::time::{Instant, sleep_until, timeout};

use super::{Issuer, IssuerError, Keys, Phase, fetch::Fetched};

impl Issuer {
    /// Reads the keys, now and whenever they have become too old, until it is dropped. The last good keys stay in use
    /// while the issuer fails.
    pub async fn keep_fresh(self: Arc<Self>) {
        let mut failures = 0;
        loop {
            let began = Instant::now();
            let round = self.begin_round();
            match self.source.fetch(&self.timing).await {
                Ok(Fetched { set, fresh_for }) => {
                    self.store(Keys { generation: 0, set });
                    self.report(None, failures);
                    failures = 0;
                    self.progress.send_modify(|progress| progress.phase = Phase::Fresh);
                    self.until_due(began, began + fresh_for, round).await;
                }
                Err(error) => {
                    failures += 1;
                    self.report(Some(&error), failures);
                    let next = Instant::now() + self.timing.pause(failures);
                    let cause: Arc<str> = chain(&error).into();
                    self.progress.send_modify(|progress| progress.phase = Phase::Failing(cause, next));
                    tokio::select! {
                        () = sleep_until(next) => {}
                        () = self.reload.notified() => {}
                    }
                }
            }
        }
    }

    /// Reads the keys now, and returns whether that succeeded.
    pub async fn read_again(&self) -> bool {
        let mut progress = self.progress.subscribe();
        let before = progress.borrow().rounds;
        self.reload.notify_one();
        let ended = progress
            .wait_for(|progress| progress.rounds > before && !matches!(progress.phase, Phase::Reading));
        // A round that was under way ends first.
        let limit = self.timing.fetch_limit * 2;
        matches!(timeout(limit, ended).await, Ok(Ok(progress)) if matches!(progress.phase, Phase::Fresh))
    }

    fn begin_round(&self) -> u64 {
        self.progress.send_modify(|progress| {
            progress.rounds += 1;
            progress.phase = Phase::Reading;
        });
        self.progress.borrow().rounds
    }

    /// Waits until the keys are too old, a request needs newer ones, or the operator wants them read.
    async fn until_due(&self, began: Instant, due: Instant, round: u64) {
        let needed = async {
            let mut wanted = self.wanted.subscribe();
            // The sender lives as long as `self`.
            wanted.wait_for(|wanted| *wanted > round).await.ok();
            sleep_until(began + self.timing.gap).await;
        };
        tokio::select! {
            () = sleep_until(due) => {}
            () = needed => {}
            () = self.reload.notified() => {}
        }
    }

    /// Takes over a set that differs from the last one.
    fn store(&self, read: Keys) {
        let current = self.keys.load();
        if current.set != read.set {
            let keys = read.set.len();
            tracing::info!(contract = self.contract, keys, "the keys of the outside issuer have changed");
            self.keys.store(Arc::new(Keys { generation: current.generation + 1, ..read }));
        }
    }

    /// Counts the round. Of failures in a row only the first, second, fourth, eighth and so on get a line.
    fn report(&self, error: Option<&IssuerError>, failures: u32) {
        let (contract, keys) = (self.contract, self.keys.load().set.len());
        let outcome = if error.is_some() { "failed" } else { "read" };
        metrics::counter!("profile_issuer_reads_total", "contract" => contract, "outcome" => outcome)
            .increment(1);
        metrics::gauge!("profile_issuer_keys", "contract" => contract)
            .set(u32::try_from(keys).unwrap_or(u32::MAX));
        metrics::gauge!("profile_issuer_failures", "contract" => contract).set(if error.is_some() {
            failures
        } else {
            0
        });
        match error {
            Some(error) if failures.is_power_of_two() => {
                let consequence =
                    if keys == 0 { "its tokens are answered with 503" } else { "the last good keys stay" };
                tracing::warn!(
                    contract,
                    error = chain(error),
                    failures,
                    "cannot read the keys of the outside issuer: {consequence}"
                );
            }
            None if failures > 0 => tracing::info!(contract, failures, "the outside issuer answers again"),
            _ => {}
        }
    }
}

/// An error with its causes, in one line.
fn chain(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        line = format!("{line}: {cause}");
        next = cause.source();
    }
    line
}
