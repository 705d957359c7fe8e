//! The keys of an outside issuer: kept fresh in the background, looked up by requests.

mod error;
mod fetch;
mod fresh;
mod missing;
mod remote;
#[cfg(test)]
mod tests;
mod timing;

use std::sync::Arc;

use arc_swap::ArcSwap;
pub use error::IssuerError;
use fetch::Source;
use missing::MissingKids;
use profile_ports::{TokenError, TokenKeys, Unavailable};
use timing::Timing;
use tokio::{
    sync::{Notify, watch},
    time::{Instant, timeout_at},
};

use crate::{key_set::KeySet, keys::Key};

/// An outside issuer of the tokens of one contract. Its keys are read in rounds by [`Issuer::keep_fresh`]; a request that
/// misses a key waits for a round and never asks the issuer itself.
pub struct Issuer {
    contract: &'static str,
    source: Source,
    timing: Timing,
    keys: ArcSwap<Keys>,
    progress: watch::Sender<Progress>,
    /// The number of a round that a request waits for.
    wanted: watch::Sender<u64>,
    /// Tells the background task to read the keys now.
    reload: Notify,
    missing: MissingKids,
}

/// The last good set of keys.
#[derive(Default)]
struct Keys {
    /// Counts the different sets, so that verdicts of an earlier set can be told.
    generation: u64,
    set: KeySet,
}

/// How far the background task is.
#[derive(Clone)]
struct Progress {
    /// How many rounds have begun.
    rounds: u64,
    phase: Phase,
}

#[derive(Clone)]
enum Phase {
    /// A round is under way.
    Reading,
    /// The last round read the keys.
    Fresh,
    /// The last round failed, for this reason; the next one begins at this time.
    Failing(Arc<str>, Instant),
}

impl Issuer {
    /// The issuer of the tokens of `contract`, whose keys are at `location`: a file, which is read at once, or a URL, which
    /// is not asked before [`Issuer::keep_fresh`] runs.
    ///
    /// # Errors
    /// A file without usable keys, or a URL that is neither https nor on this machine.
    pub fn new(contract: &'static str, location: &str) -> Result<Self, IssuerError> {
        Self::with_timing(contract, location, Timing::default())
    }

    fn with_timing(contract: &'static str, location: &str, timing: Timing) -> Result<Self, IssuerError> {
        let source = Source::new(location, timing.fetch_limit)?;
        let set = source.read_at_start()?;
        let rounds = Progress { rounds: 0, phase: Phase::Fresh };
        Ok(Self {
            contract,
            source,
            timing,
            keys: ArcSwap::from_pointee(Keys { generation: 0, set }),
            progress: watch::Sender::new(rounds),
            wanted: watch::Sender::new(0),
            reload: Notify::new(),
            missing: MissingKids::default(),
        })
    }

    /// Changes whenever a key is added, withdrawn or replaced.
    pub(crate) fn generation(&self) -> u64 {
        self.keys.load().generation
    }

    /// The key that `kid` names. A `kid` that is not known waits for the round under way, or for a new one.
    ///
    /// # Errors
    /// [`TokenError::Refused`] if the issuer has no such key; [`TokenError::NoKeys`] if it did not say so in time.
    pub(crate) async fn find(&self, kid: &str) -> Result<Key, TokenError> {
        if let Some(key) = self.keys.load().set.find(kid) {
            return Ok(key);
        }
        if self.missing.contains(kid, Instant::now()) {
            return Err(TokenError::Refused);
        }
        let deadline = Instant::now() + self.timing.wait;
        match timeout_at(deadline, self.find_in_next_round(kid, deadline)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(TokenError::NoKeys("the issuer did not answer in time".into())),
        }
    }

    async fn find_in_next_round(&self, kid: &str, deadline: Instant) -> Result<Key, TokenError> {
        let mut progress = self.progress.subscribe();
        // Only a round that begins after this moment surely sees what the issuer has published by now.
        let sure = progress.borrow().rounds + 1;
        loop {
            let Progress { rounds, phase } = progress.borrow_and_update().clone();
            if let Some(key) = self.keys.load().set.find(kid) {
                return Ok(key);
            }
            match phase {
                Phase::Fresh if rounds >= sure => {
                    self.missing.remember(kid, Instant::now());
                    return Err(TokenError::Refused);
                }
                Phase::Fresh => self.want(sure),
                Phase::Failing(cause, next) if next >= deadline => return Err(TokenError::NoKeys(cause)),
                Phase::Reading | Phase::Failing(..) => {}
            }
            let gone = |_| TokenError::NoKeys("the keys are no longer read".into());
            progress.changed().await.map_err(gone)?;
        }
    }

    fn want(&self, round: u64) {
        self.wanted.send_if_modified(|wanted| {
            let later = round > *wanted;
            *wanted = round.max(*wanted);
            later
        });
    }
}

impl TokenKeys for Issuer {
    fn contract(&self) -> &'static str {
        self.contract
    }

    fn ready(&self) -> Result<(), Unavailable> {
        if self.keys.load().set.len() > 0 {
            return Ok(());
        }
        Err(Unavailable::token_keys(match &self.progress.borrow().phase {
            Phase::Failing(cause, _) => cause.to_string(),
            Phase::Reading | Phase::Fresh => "they have not been read yet".to_owned(),
        }))
    }
}
