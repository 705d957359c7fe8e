//! What every request may use.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicBool},
};

use profile_domain::{operator::OperatorKeyId, outbound::AllowedTargets};
use profile_import::RunningImports;
use profile_ports::{AccountIdentity, ClientIdentity, TenantIdentity, TokenKeys, UsersIdentity};
use profile_usecases::{FeedHub, Ports, delivery::Delivery};

use crate::{OpenCalls, RateLimit, Traffic, TrustedProxies, Wait, contracts, openapi};

/// Calls that one operator key may make in a minute (operator API page, section 13).
const MAX_OPERATOR_CALLS_PER_MINUTE: u32 = 6_000;

/// The stories, the verifiers of tokens, and the documents; made once at start-up.
pub struct State {
    /// The ports that the stories work with.
    pub ports: Ports,
    /// What changes are delivered with.
    pub delivery: Delivery,
    /// Verifies the tokens of the account contract.
    pub account: Arc<dyn AccountIdentity>,
    /// Verifies the tokens of the users contract.
    pub users: Arc<dyn UsersIdentity>,
    /// Verifies the tokens of the client contract, and what else it needs to know.
    pub client: ClientSettings,
    /// Verifies the tokens of the tenant contract.
    pub tenant: Arc<dyn TenantIdentity>,
    /// How the operator API is served.
    pub operator: OperatorSettings,
    /// How changes are sent to subscriptions.
    pub webhooks: Webhooks,
    /// The calls of the last hour.
    pub traffic: Traffic,
    /// The imports that run at the moment.
    pub imports: RunningImports,
    /// Where those who wait for changes meet the reader of the log; closed when the server is about to stop.
    pub feed: Arc<FeedHub>,
    /// The waits, streams and exports that are open at the moment.
    pub open_calls: OpenCalls,
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

impl State {
    /// Counts a call of an operator key, in the operator API or the console.
    ///
    /// # Errors
    /// How long to wait, if there were too many.
    pub async fn count_operator_call(&self, key: &OperatorKeyId) -> Result<(), Wait> {
        self.rate_limit.count(contracts::operator::NAME, key.as_str(), MAX_OPERATOR_CALLS_PER_MINUTE).await
    }
}

/// How the operator API is served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OperatorSettings {
    /// Whether every change of a record must say which version it starts from.
    pub precondition_required: bool,
    /// Whether it has a listener of its own, and the main one does not know it.
    pub own_listener: bool,
}

/// How changes are sent to subscriptions.
pub struct Webhooks {
    /// Which targets they may have.
    pub targets: AllowedTargets,
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
    /// The documents of a service whose addresses begin with `public_url`, and those of the operator API with `operator_url`.
    #[must_use]
    pub fn new(public_url: &str, operator_url: &str) -> Self {
        let contracts = contracts::all();
        let routes =
            contracts.iter().flat_map(|contract| contract.routes().map(|route| (route, contract.name)));
        Self {
            all: openapi::document(None, public_url, operator_url).to_string(),
            by_contract: contracts
                .iter()
                .map(|contract| {
                    let document = openapi::document(Some(contract.name), public_url, operator_url);
                    (contract.name, document.to_string())
                })
                .collect(),
            contract_of: routes.collect(),
        }
    }
}
