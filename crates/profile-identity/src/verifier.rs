//! The checks that every token must pass, whatever its contract.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::digest::{SHA256, digest};
use jsonwebtoken::{Algorithm, Header, Validation};
use moka::sync::Cache;
use profile_ports::{Clock, TokenRefused};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::Keys;

/// Longer than any honest token; nothing longer is even decoded.
const MAX_TOKEN_BYTES: usize = 8192;
/// How long a signature that was verified is known to be good: a key that an issuer takes back opens nothing for longer.
const KNOWN_FOR: Duration = Duration::from_mins(1);
/// Most signatures that are known at a time.
const MOST_KNOWN: u64 = 10_000;

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

/// Verifies signature, time, issuer and audience.
pub struct Verifier {
    pub(crate) keys: Keys,
    pub(crate) expectation: Expectation,
    clock: Arc<dyn Clock>,
    /// Seconds by which clocks may differ; 0 where the contract says so.
    leeway: i64,
    /// The claims behind signatures that were good: a caller comes again with the same token, and an elliptic curve takes
    /// as long as all the rest of a request.
    known: Cache<Fingerprint, Arc<Value>>,
}

/// The registered claims, with the types that the contracts ask for.
#[derive(Deserialize)]
struct Registered {
    exp: i64,
    nbf: Option<i64>,
    iss: Option<String>,
    aud: Option<Audience>,
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

impl Verifier {
    /// A verifier without leeway.
    pub fn new(keys: Keys, expectation: Expectation, clock: Arc<dyn Clock>) -> Self {
        let known = Cache::builder().max_capacity(MOST_KNOWN).time_to_live(KNOWN_FOR).build();
        Self { keys, expectation, clock, leeway: 0, known }
    }

    /// The same verifier, for clocks that differ by as many seconds.
    #[must_use]
    pub fn with_leeway(self, leeway: i64) -> Self {
        Self { leeway, ..self }
    }

    /// The claims of a token that is signed by a known key, is valid now, and is meant for this service.
    pub async fn claims<C: DeserializeOwned>(&self, token: &str) -> Result<C, TokenRefused> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenRefused);
        }
        let claims = self.signed(token).await?;
        // What time does to a token is looked at each time.
        self.check(&claims)?;
        C::deserialize(&*claims).map_err(|_| TokenRefused)
    }

    /// The claims of a token whose signature is good.
    async fn signed(&self, token: &str) -> Result<Arc<Value>, TokenRefused> {
        let fingerprint = fingerprint(token)?;
        if let Some(claims) = self.known.get(&fingerprint) {
            return Ok(claims);
        }
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenRefused)?;
        check_type(&header)?;
        let key = self.keys.find(&header).await.ok_or(TokenRefused)?;
        let signed = jsonwebtoken::decode::<Value>(token, &key.decoding, &signature_only(key.algorithm));
        let claims = Arc::new(signed.map_err(|_| TokenRefused)?.claims);
        self.known.insert(fingerprint, Arc::clone(&claims));
        Ok(claims)
    }

    /// Now, in Unix seconds.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now().timestamp()
    }

    fn check(&self, claims: &Value) -> Result<(), TokenRefused> {
        let Registered { exp, nbf, iss, aud } = Registered::deserialize(claims).map_err(|_| TokenRefused)?;
        let now = self.now();
        let alive = now < exp.saturating_add(self.leeway);
        let begun = nbf.is_none_or(|nbf| nbf <= now.saturating_add(self.leeway));
        let issued = self.expectation.issuer.as_ref().is_none_or(|wanted| iss.as_ref() == Some(wanted));
        let meant = self
            .expectation
            .audience
            .as_ref()
            .is_none_or(|wanted| aud.is_some_and(|aud| aud.includes(wanted)));
        if alive && begun && issued && meant { Ok(()) } else { Err(TokenRefused) }
    }
}

fn fingerprint(token: &str) -> Result<Fingerprint, TokenRefused> {
    digest(&SHA256, token.as_bytes()).as_ref().try_into().map_err(|_| TokenRefused)
}

/// The token says it is a JWT, or does not say what it is.
fn check_type(header: &Header) -> Result<(), TokenRefused> {
    match header.typ.as_deref() {
        None => Ok(()),
        Some(kind) if kind.eq_ignore_ascii_case("JWT") => Ok(()),
        Some(_) => Err(TokenRefused),
    }
}

/// The library checks the signature and the algorithm. Its checks of claims let tokens pass that lack the claim and ask
/// a clock of their own; ours are in [`Verifier::check`], on typed claims.
fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_required_spec_claims(&["exp"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}
