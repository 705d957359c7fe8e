//! The checks that every token must pass, whatever its contract.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, Validation};
use moka::sync::Cache;
use profile_ports::{Clock, TokenError};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Keys, header, members, numeric_date::NumericDate};

/// Longest token that is decoded.
const MAX_TOKEN_BYTES: usize = 32 * 1024;
/// How long a verified signature is remembered, while the keys stay the same.
const REMEMBER: Duration = Duration::from_mins(1);
/// Most bytes of claims that are remembered, as they are written; in memory they take a few times as much.
const MAX_REMEMBERED_BYTES: u64 = 8 * 1024 * 1024;
/// What a token costs besides its claims.
const ENTRY_BYTES: u32 = 256;

/// A token's digest; the token itself is not kept.
type Fingerprint = [u8; 32];

/// Who must have issued a token, and for whom, where the operator has said so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expectation {
    /// The `iss` claim.
    pub issuer: Option<String>,
    /// The `aud` claim, or one of them.
    pub audience: Option<String>,
}

/// What a contract says of the form and the times of its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenRules {
    /// Seconds by which clocks may differ.
    pub(crate) leeway: i64,
    /// Whether `exp` and `nbf` may be any JSON number, not only an integer.
    pub(crate) fractions: bool,
    /// Whether `typ` may say that the token is an OAuth access token.
    pub(crate) access_token_types: bool,
}

impl TokenRules {
    /// Integers, no leeway, `typ` only `JWT`.
    pub(crate) const STRICT: Self = Self { leeway: 0, fractions: false, access_token_types: false };
    /// What issuers of OAuth access tokens send.
    pub(crate) const OAUTH: Self = Self { leeway: 60, fractions: true, access_token_types: true };
}

/// What tokens are verified with, before a contract has said what it reads of them.
pub struct Verifier {
    keys: Keys,
    expectation: Expectation,
    clock: Arc<dyn Clock>,
}

impl Verifier {
    /// A verifier of tokens that were signed by these keys.
    pub fn new(keys: Keys, expectation: Expectation, clock: Arc<dyn Clock>) -> Self {
        Self { keys, expectation, clock }
    }

    /// The same for a contract, with its rules and the claims `C` that it reads.
    pub(crate) fn reading<C: Send + Sync + 'static>(self, rules: TokenRules) -> ClaimsReader<C> {
        let verified = Cache::builder()
            .max_capacity(MAX_REMEMBERED_BYTES)
            .weigher(|_, verified: &Arc<Verified<C>>| verified.bytes)
            .time_to_live(REMEMBER)
            .build();
        let Self { keys, expectation, clock } = self;
        ClaimsReader { keys, expectation, clock, rules, verified }
    }
}

/// Verifies signature, time, issuer and audience of a contract's tokens, and reads its claims.
pub(crate) struct ClaimsReader<C> {
    pub(crate) keys: Keys,
    pub(crate) expectation: Expectation,
    clock: Arc<dyn Clock>,
    rules: TokenRules,
    /// A caller comes again with the same token, and an elliptic curve takes as long as all the rest of a request.
    verified: Cache<Fingerprint, Arc<Verified<C>>>,
}

/// What was read from a token whose signature, issuer and audience are right.
struct Verified<C> {
    /// What it weighs in the cache.
    bytes: u32,
    /// Of the keys that it was verified with.
    generation: u64,
    expires: NumericDate,
    begins: Option<NumericDate>,
    /// What the contract reads of them, and nothing else that an issuer says of the person; `None` if one is missing.
    claims: Option<C>,
}

/// Who is meant, with the types that the contracts ask for.
#[derive(Deserialize)]
struct Parties {
    iss: Option<String>,
    aud: Option<Audience>,
}

/// The claims of a token of our own that do not depend on its contract.
#[derive(Serialize)]
pub(crate) struct Validity<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a str>,
    iat: i64,
    exp: i64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn includes(&self, wanted: &str) -> bool {
        match self {
            Self::One(one) => one == wanted,
            Self::Many(many) => many.iter().any(|one| one == wanted),
        }
    }
}

impl<C: DeserializeOwned + Clone + Send + Sync + 'static> ClaimsReader<C> {
    /// Returns what a token of our own that is issued now says of its parties and its end.
    pub(crate) fn validity(&self, fallback_audience: Option<&'static str>, ttl: Duration) -> Validity<'_> {
        let Expectation { issuer, audience } = &self.expectation;
        let iat = self.clock.now().timestamp();
        let exp = iat.saturating_add(i64::try_from(ttl.as_secs()).unwrap_or(i64::MAX));
        Validity { iss: issuer.as_deref(), aud: audience.as_deref().or(fallback_audience), iat, exp }
    }

    /// The claims of a token that is signed by a known key, is valid now, and is meant for this service.
    pub(crate) async fn claims(&self, token: &str) -> Result<C, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            let bytes = token.len();
            tracing::warn!(bytes, "refused a token that is longer than {MAX_TOKEN_BYTES} bytes");
            return Err(TokenError::Refused);
        }
        let verified = self.verified(token).await?;
        // `exp` and `nbf` are checked on every request, also on a cache hit.
        if !self.is_current(&verified) {
            return Err(TokenError::Refused);
        }
        verified.claims.clone().ok_or(TokenError::Refused)
    }

    async fn verified(&self, token: &str) -> Result<Arc<Verified<C>>, TokenError> {
        let fingerprint = fingerprint(token)?;
        // Read before the key is looked for: if the keys change in between, the token is verified once more.
        let generation = self.keys.generation();
        let remembered = self.verified.get(&fingerprint);
        if let Some(verified) = remembered.filter(|verified| verified.generation == generation) {
            return Ok(verified);
        }
        let header = header::read(token, self.rules.access_token_types).ok_or(TokenError::Refused)?;
        let key = self.keys.find(&header).await?;
        let signed =
            jsonwebtoken::decode::<serde_json::Value>(token, &key.decoding, &signature_only(key.algorithm));
        let claims = signed.map_err(|_| TokenError::Refused)?.claims;
        let verified = self.read(token, claims, generation).ok_or(TokenError::Refused)?;
        let verified = Arc::new(verified);
        self.verified.insert(fingerprint, Arc::clone(&verified));
        Ok(verified)
    }

    /// What counts of a token whose signature is good; `None` if it is for somebody else, or breaks the rules.
    fn read(&self, token: &str, claims: serde_json::Value, generation: u64) -> Option<Verified<C>> {
        let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
        let written = members::literals(std::str::from_utf8(&payload).ok()?)?;
        let Parties { iss, aud } = Parties::deserialize(&claims).ok()?;
        let Expectation { issuer, audience } = &self.expectation;
        let issued = issuer.as_ref().is_none_or(|wanted| iss.as_ref() == Some(wanted));
        let meant = audience.as_ref().is_none_or(|wanted| aud.is_some_and(|aud| aud.includes(wanted)));
        if !(issued && meant) {
            return None;
        }
        let begins = match written.get("nbf") {
            None | Some(&"null") => None,
            Some(number) => Some(self.rules.time(number)?),
        };
        Some(Verified {
            bytes: u32::try_from(payload.len()).ok()?.saturating_add(ENTRY_BYTES),
            generation,
            expires: self.rules.time(written.get("exp")?)?,
            begins,
            claims: C::deserialize(claims).ok(),
        })
    }

    fn is_current(&self, verified: &Verified<C>) -> bool {
        let now = NumericDate::from(self.clock.now());
        let leeway = self.rules.leeway;
        let alive = now < verified.expires.after(leeway);
        alive && verified.begins.is_none_or(|begins| begins <= now.after(leeway))
    }
}

impl TokenRules {
    fn time(self, number: &str) -> Option<NumericDate> {
        if self.fractions { NumericDate::parse(number) } else { NumericDate::parse_integer(number) }
    }
}

fn fingerprint(token: &str) -> Result<Fingerprint, TokenError> {
    digest(&SHA256, token.as_bytes()).as_ref().try_into().map_err(|_| TokenError::Refused)
}

/// The library checks the signature and the algorithm. Its checks of claims let tokens pass that lack the claim and ask
/// a clock of their own; ours are in this file, on typed claims.
fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}
