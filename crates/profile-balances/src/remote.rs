//! Holdings from another service, which may be slow, wrong or gone without holding anybody up.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use profile_domain::users::{Holding, User};
use profile_ports::{Balances, Unavailable};
use reqwest::{Client, Url};

use crate::HoldingItem;

/// How long an answer may take, from the first byte asked to the last one read (operator page, section 2).
const TIME_LIMIT: Duration = Duration::from_secs(1);
/// Most bytes of an answer.
const MOST_BYTES: usize = 1024 * 1024;
/// After so many failures in a row nobody asks for a while.
const FAILURES: u32 = 3;
const REST: Duration = Duration::from_secs(5);

/// Why the other service cannot be asked at all.
#[derive(Debug, thiserror::Error)]
pub enum RemoteBalancesError {
    /// No address.
    #[error("the balances URL must begin with http:// or https://")]
    Url,
    /// The client cannot be made.
    #[error("cannot make an HTTP client")]
    Client(#[from] reqwest::Error),
}

/// Asks `GET {url}/{user_id}`.
pub struct RemoteBalances {
    client: Client,
    url: Url,
    circuit: Mutex<Circuit>,
}

/// What is remembered of the last answers.
#[derive(Default)]
struct Circuit {
    failures: u32,
    rests_until: Option<Instant>,
}

impl RemoteBalances {
    /// Holdings from the service at `url`.
    pub fn new(url: &str) -> Result<Self, RemoteBalancesError> {
        let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let client = Client::builder().timeout(TIME_LIMIT).build()?;
        Ok(Self { client, url: url.ok_or(RemoteBalancesError::Url)?, circuit: Mutex::default() })
    }

    fn may_ask(&self) -> bool {
        let circuit = self.circuit.lock().unwrap_or_else(PoisonError::into_inner);
        circuit.rests_until.is_none_or(|end| Instant::now() >= end)
    }

    fn remember(&self, failed: bool) {
        let mut circuit = self.circuit.lock().unwrap_or_else(PoisonError::into_inner);
        circuit.failures = if failed { circuit.failures.saturating_add(1) } else { 0 };
        circuit.rests_until = (circuit.failures >= FAILURES).then(|| Instant::now() + REST);
    }

    async fn ask(&self, user: &User) -> Result<Vec<Holding>, Unavailable> {
        let mut url = self.url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(user.id.as_str());
        }
        let answer = self.client.get(url).send().await.and_then(reqwest::Response::error_for_status);
        // The address names the user; it stays out of the log.
        let mut answer = answer.map_err(|error| Unavailable::balances(error.without_url()))?;
        let mut body = Vec::new();
        while let Some(piece) =
            answer.chunk().await.map_err(|error| Unavailable::balances(error.without_url()))?
        {
            body.extend_from_slice(&piece);
            if body.len() > MOST_BYTES {
                return Err(Unavailable::balances("the answer is too large"));
            }
        }
        let items: Vec<HoldingItem> =
            serde_json::from_slice(&body).map_err(|_| Unavailable::balances("the answer is no list"))?;
        items.into_iter().map(|item| item.try_into().map_err(Unavailable::balances)).collect()
    }
}

#[async_trait]
impl Balances for RemoteBalances {
    async fn holdings_of(&self, user: &User) -> Result<Vec<Holding>, Unavailable> {
        if !self.may_ask() {
            return Err(Unavailable::balances("it has failed several times in a row"));
        }
        let answer = self.ask(user).await;
        self.remember(answer.is_err());
        answer
    }
}
