//! What every request may use.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicBool},
};

use profile_ports::{AccountIdentity, ClientIdentity, TenantIdentity, TokenKeys, UsersIdentity};
use profile_usecases::Ports;

use crate::{RateLimit, TrustedProxies, contracts, openapi};

/// The stories, the verifiers of tokens, and the documents; made once at start-up.
pub struct State {
    /// The ports that the stories work with.
    pub ports: Ports,
    /// Verifies the tokens of the account contract.
    pub account: Arc<dyn AccountIdentity>,
    /// Verifies the tokens of the users contract.
    pub users: Arc<dyn UsersIdentity>,
    /// Verifies the tokens of the client contract, and what else it needs to know.
    pub client: ClientSettings,
    /// Verifies the tokens of the tenant contract.
    pub tenant: Arc<dyn TenantIdentity>,
    /// The keys of outside issuers, without which the service is not ready.
    pub token_keys: Vec<Arc<dyn TokenKeys>>,
    /// Returns the public keys of the service's own tokens, as a JWKS document.
    pub jwks: Box<dyn Fn() -> serde_json::Value + Send + Sync>,
    /// The reverse proxies whose word about the caller's address is taken.
    pub trusted_proxies: TrustedProxies,
    /// Set when the server is about to stop: it is not ready any more.
    pub stopping: AtomicBool,
    /// How often callers may ask.
    pub rate_limit: RateLimit,
    /// Prefix of URLs in answers, without a slash at its end.
    pub public_url: String,
    /// Renders the metrics as Prometheus text.
    pub metrics: Box<dyn Fn() -> String + Send + Sync>,
    /// The OpenAPI documents.
    pub documents: Documents,
}

/// What the client contract needs to know.
pub struct ClientSettings {
    /// Verifies its tokens.
    pub identity: Arc<dyn ClientIdentity>,
    /// The keyed hash of the key that exempts a caller from the rate limit.
    pub exclusion_key_hash: Option<String>,
    /// Codes of countries whose residents are refused.
    pub restricted: Vec<String>,
}

/// The OpenAPI documents as they are served.
pub struct Documents {
    pub(crate) all: String,
    pub(crate) by_contract: Vec<(&'static str, String)>,
    /// The contract of each route template, for the metrics.
    pub(crate) contract_of: HashMap<String, &'static str>,
}

impl Documents {
    /// The documents of a service whose addresses begin with `public_url`.
    #[must_use]
    pub fn new(public_url: &str) -> Self {
        let contracts = contracts::all();
        let text = |only: Option<&str>| openapi::document(only, public_url).to_string();
        let routes =
            contracts.iter().flat_map(|contract| contract.routes().map(|route| (route, contract.name)));
        Self {
            all: text(None),
            by_contract: contracts
                .iter()
                .map(|contract| (contract.name, text(Some(contract.name))))
                .collect(),
            contract_of: routes.collect(),
        }
    }
}
