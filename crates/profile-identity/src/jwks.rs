//! Keys of outside issuers, from a file or fetched, cached and fetched again when a token names an unknown one.

use std::{
    collections::HashMap,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet},
};
use profile_ports::Chain;
use reqwest::{Client, Url};

use crate::keys::{Key, KeysError};

/// However many tokens name unknown keys, the issuer is asked once in this time.
const REFETCH_AFTER: Duration = Duration::from_secs(30);
/// How long the issuer may take to answer.
const FETCH_LIMIT: Duration = Duration::from_secs(5);

/// A set of keys by their `kid`; a key without one can never be named.
pub struct JwksFile(HashMap<String, Key>);

impl JwksFile {
    pub(crate) fn read(path: &Path) -> Result<Self, KeysError> {
        let text = std::fs::read(path).map_err(|source| KeysError::File { path: path.to_owned(), source })?;
        serde_json::from_slice::<JwkSet>(&text).map(Self::from).map_err(KeysError::Format)
    }

    pub(crate) fn find(&self, kid: &str) -> Option<Key> {
        self.0.get(kid).cloned()
    }
}

impl From<JwkSet> for JwksFile {
    fn from(set: JwkSet) -> Self {
        let named = |jwk: &Jwk| Some((jwk.common.key_id.clone()?, key(jwk)?));
        Self(set.keys.iter().filter_map(named).collect())
    }
}

/// The key of a JWK, with the algorithm that it says, or else the usual one of its type.
fn key(jwk: &Jwk) -> Option<Key> {
    let algorithm = match (jwk.common.key_algorithm, &jwk.algorithm) {
        (Some(declared), _) => declared.to_string().parse().ok()?,
        (None, AlgorithmParameters::EllipticCurve(curve)) => match curve.curve {
            EllipticCurve::P256 => Algorithm::ES256,
            EllipticCurve::P384 => Algorithm::ES384,
            _ => return None,
        },
        (None, AlgorithmParameters::OctetKeyPair(_)) => Algorithm::EdDSA,
        (None, AlgorithmParameters::RSA(_)) => Algorithm::RS256,
        (None, AlgorithmParameters::OctetKey(_)) => Algorithm::HS256,
        _ => return None,
    };
    Some(Key { algorithm, decoding: DecodingKey::from_jwk(jwk).ok()? })
}

/// Keys behind a URL.
pub struct RemoteJwks {
    client: Client,
    url: Url,
    keys: ArcSwap<JwksFile>,
    born: Instant,
    /// Milliseconds after `born`, plus one, when the issuer was last asked; 0 before the first time.
    asked: AtomicU64,
}

impl RemoteJwks {
    pub(crate) fn new(url: &str) -> Result<Self, KeysError> {
        let url = Url::parse(url).map_err(|_| KeysError::Insecure)?;
        let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if url.scheme() != "https" && !(here && url.scheme() == "http") {
            return Err(KeysError::Insecure);
        }
        let client = Client::builder().timeout(FETCH_LIMIT).build()?;
        let keys = ArcSwap::from_pointee(JwksFile(HashMap::new()));
        Ok(Self { client, url, keys, born: Instant::now(), asked: AtomicU64::new(0) })
    }

    pub(crate) async fn find(&self, kid: &str) -> Option<Key> {
        if let Some(key) = self.keys.load().find(kid) {
            return Some(key);
        }
        if !self.may_ask() {
            return None;
        }
        match self.fetch().await {
            Ok(keys) => self.keys.store(keys.into()),
            Err(error) => tracing::warn!(error = %Chain(&error), "cannot fetch the JWKS"),
        }
        self.keys.load().find(kid)
    }

    /// Of all who find a key missing, one asks; the others are refused until its answer is there.
    fn may_ask(&self) -> bool {
        let now = u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1);
        let pause = u64::try_from(REFETCH_AFTER.as_millis()).unwrap_or(u64::MAX);
        let due = |asked: u64| (asked == 0 || now.saturating_sub(asked) >= pause).then_some(now);
        self.asked.fetch_update(Ordering::AcqRel, Ordering::Acquire, due).is_ok()
    }

    async fn fetch(&self) -> Result<JwksFile, reqwest::Error> {
        let answer = self.client.get(self.url.clone()).send().await?.error_for_status()?;
        Ok(answer.json::<JwkSet>().await?.into())
    }
}
