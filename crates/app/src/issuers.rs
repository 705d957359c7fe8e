//! The outside issuers of tokens while the server runs: their keys are kept fresh, and read again at SIGHUP.

use std::sync::{Arc, Weak};

use profile_identity::Issuer;
use profile_ports::TokenKeys as _;
use tokio::signal::unix::Signal;

use crate::{contracts::TokenSettings, keys::OwnKeys, settings::Settings};

/// Returns the contracts whose tokens come from an outside issuer.
pub(crate) fn with_issuer(settings: &Settings) -> impl Iterator<Item = &TokenSettings> {
    settings.contracts.iter().map(|contract| contract.tokens()).filter(|tokens| tokens.outside.jwks.is_some())
}

/// Warns where every token of an outside issuer is accepted, also those that it has made for other services.
pub(crate) fn warn_of_missing_limits(settings: &Settings) {
    for TokenSettings { contract, outside, .. } in with_issuer(settings) {
        let limits = [("issuer", outside.issuer.is_some()), ("audience", outside.audience.is_some())];
        let missing: Vec<_> = limits
            .into_iter()
            .filter(|(_, is_set)| !is_set)
            .map(|(name, _)| format!("{contract}_{name}"))
            .collect();
        if !missing.is_empty() {
            let missing = missing.join(" and ");
            tracing::warn!(
                contract,
                "tokens that the outside issuer made for other services are accepted, too: set {missing}"
            );
        }
    }
}

/// Reads the keys now and whenever they have become too old, as long as the process lives.
pub(crate) fn keep_fresh(issuers: &[Arc<Issuer>]) {
    for issuer in issuers {
        tokio::spawn(Arc::clone(issuer).keep_fresh());
    }
}

/// Reads the key files and the keys of outside issuers again at each SIGHUP. Requests go on with the last good keys meanwhile.
pub(crate) async fn read_again_at_hangup(mut hangup: Signal, issuers: Vec<Arc<Issuer>>, own: Weak<OwnKeys>) {
    while hangup.recv().await.is_some() {
        // All at once: one that does not answer must not delay the others.
        let reading: Vec<_> = issuers
            .iter()
            .map(|issuer| {
                let reading = Arc::clone(issuer);
                (issuer.contract(), tokio::spawn(async move { reading.read_again().await }))
            })
            .collect();
        let (mut read, mut failed) = (Vec::new(), Vec::new());
        for (contract, outcome) in reading {
            let list = if outcome.await.unwrap_or(false) { &mut read } else { &mut failed };
            list.push(format!("{contract}_jwks"));
        }
        if let Some(own) = own.upgrade() {
            match own.reload() {
                Ok(()) => read.push("key files".to_owned()),
                Err(error) => {
                    tracing::warn!(error = format!("{error:#}"), "the key files cannot be read again");
                    failed.push("key files".to_owned());
                }
            }
        }
        tracing::info!(?read, ?failed, "SIGHUP: keys were read again");
    }
}
