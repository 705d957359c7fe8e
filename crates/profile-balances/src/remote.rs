//! Holdings from another service, which may be slow, wrong or gone without holding anybody up.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use profile_domain::users::{Holding, User};
use profile_ports::{Balances, Unavailable};
use reqwest::{Client, Url, redirect::Policy};

use crate::holding_item::{HoldingItem, MalformedHolding};

/// How long an answer may take, from the first byte asked to the last one read (operator page, section 2).
const TIME_LIMIT: Duration = Duration::from_secs(1);
/// How long it may take to connect.
const CONNECT_LIMIT: Duration = Duration::from_millis(800);
/// Most redirects that are followed, and only to the same host, as the address names a user.
const MAX_REDIRECTS: usize = 3;
/// Most bytes of an answer.
const MOST_BYTES: usize = 1024 * 1024;
/// After so many failures in a row nobody asks for a while.
const FAILURES: u32 = 3;
const PAUSE_AFTER_FAILURES: Duration = Duration::from_secs(5);

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

/// Why an answer tells nothing of what a user holds. Never shows the address, which names the user.
#[derive(Debug, thiserror::Error)]
enum AskError {
    /// The service has an answer, but not for this user; others can still be asked about.
    #[error("the service refused with status {0}")]
    Refused(u16),
    #[error("the service answered with status {0}")]
    Status(u16),
    #[error("the service does not answer")]
    Http(#[source] reqwest::Error),
    #[error("the answer is longer than 1 MiB")]
    TooLong,
    #[error("the answer is no list of holdings")]
    NoList,
    #[error("the answer is no list of holdings")]
    Malformed(#[source] MalformedHolding),
}

impl From<reqwest::Error> for AskError {
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error.without_url())
    }
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
        let redirects = Policy::custom(|attempt| {
            let here = attempt.previous().first().map(Url::origin);
            if here == Some(attempt.url().origin()) && attempt.previous().len() <= MAX_REDIRECTS {
                attempt.follow()
            } else {
                attempt.error("a redirect to another host, or one too many")
            }
        });
        let client = Client::builder()
            .timeout(TIME_LIMIT)
            .connect_timeout(CONNECT_LIMIT)
            .redirect(redirects)
            .referer(false)
            .build()?;
        Ok(Self { client, url: url.ok_or(RemoteBalancesError::Url)?, circuit: Mutex::default() })
    }

    fn may_ask(&self) -> bool {
        let circuit = self.circuit.lock().unwrap_or_else(PoisonError::into_inner);
        circuit.rests_until.is_none_or(|end| Instant::now() >= end)
    }

    fn remember(&self, failed: bool) {
        let mut circuit = self.circuit.lock().unwrap_or_else(PoisonError::into_inner);
        circuit.failures = if failed { circuit.failures.saturating_add(1) } else { 0 };
        circuit.rests_until = (circuit.failures >= FAILURES).then(|| Instant::now() + PAUSE_AFTER_FAILURES);
    }

    async fn ask(&self, user: &User) -> Result<Vec<Holding>, AskError> {
        let mut url = self.url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(user.id.as_str());
        }
        let mut answer = self.client.get(url).send().await?;
        match answer.status() {
            status if status.is_success() => {}
            status if status.is_client_error() => return Err(AskError::Refused(status.as_u16())),
            status => return Err(AskError::Status(status.as_u16())),
        }
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await? {
            if body.len() + piece.len() > MOST_BYTES {
                return Err(AskError::TooLong);
            }
            body.extend_from_slice(&piece);
        }
        let items: Vec<HoldingItem> = serde_json::from_slice(&body).map_err(|_| AskError::NoList)?;
        items.into_iter().map(|item| item.try_into().map_err(AskError::Malformed)).collect()
    }
}

#[async_trait]
impl Balances for RemoteBalances {
    async fn holdings_of(&self, user: &User) -> Result<Vec<Holding>, Unavailable> {
        if !self.may_ask() {
            return Err(Unavailable::balances("it has failed several times in a row"));
        }
        let answer = self.ask(user).await;
        self.remember(!matches!(answer, Ok(_) | Err(AskError::Refused(_))));
        answer.map_err(Unavailable::balances)
    }
}
