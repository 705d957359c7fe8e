//! Tokens of the account contract (section 7).

use std::time::Duration;

use async_trait::async_trait;
use jsonwebtoken::{EncodingKey, Header};
use profile_domain::account::{CustomerId, Login, SessionKind, TokenClaims};
use profile_ports::{AccountIdentity, TokenError};
use serde::{Deserialize, Serialize};

use crate::{
    Keys, Secret, Verifier,
    verifier::{ClaimsReader, TokenRules, Validity},
};

/// The numbers of the session types that this service issues tokens for.
const USER: i64 = 0;
const CUSTOMER: i64 = 6;

#[derive(Clone, Deserialize)]
struct Claims {
    r#type: i64,
    login: Option<i64>,
    customer_id: Option<i64>,
}

#[derive(Serialize)]
struct Issued<'a> {
    r#type: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    login: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<i64>,
    #[serde(flatten)]
    validity: Validity<'a>,
}

/// Verifies tokens of the account contract and, with a secret of the service's own, issues them.
pub struct AccountTokens(ClaimsReader<Claims>);

/// Why no token can be issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The tokens of this contract come from somebody else.
    #[error("the tokens of this contract are issued outside: a JWKS is configured for it")]
    Outside,
    /// The machine gave no random bytes.
    #[error("no random bytes")]
    Random,
    /// The library refused.
    #[error("cannot sign the token")]
    Signing(#[from] jsonwebtoken::errors::Error),
}

impl AccountTokens {
    /// Tokens that `verifier` accepts.
    #[must_use]
    pub fn new(verifier: Verifier) -> Self {
        Self(verifier.reading(TokenRules::STRICT))
    }

    /// A token for the holder of an account.
    pub fn issue_for_user(&self, login: Login, ttl: Duration) -> Result<String, IssueError> {
        self.issue(USER, Some(login.number()), None, ttl)
    }

    /// A token for a customer.
    pub fn issue_for_customer(&self, customer: CustomerId, ttl: Duration) -> Result<String, IssueError> {
        self.issue(CUSTOMER, None, Some(customer.0), ttl)
    }

    fn issue(
        &self,
        kind: i64,
        login: Option<i32>,
        customer_id: Option<i64>,
        ttl: Duration,
    ) -> Result<String, IssueError> {
        let Keys::Own(secret) = &self.0.keys else { return Err(IssueError::Outside) };
        let issued = Issued { r#type: kind, login, customer_id, validity: self.0.validity(None, ttl) };
        Ok(sign(secret, &issued)?)
    }
}

pub(crate) fn sign(secret: &Secret, claims: &impl Serialize) -> jsonwebtoken::errors::Result<String> {
    jsonwebtoken::encode(&Header::default(), claims, &EncodingKey::from_secret(secret.bytes()))
}

#[async_trait]
impl AccountIdentity for AccountTokens {
    async fn verify(&self, token: &str) -> Result<TokenClaims, TokenError> {
        let Claims { r#type, login, customer_id } = self.0.claims(token).await?;
        let login = login.map(Login::try_from).transpose().map_err(|_| TokenError::Refused)?;
        Ok(TokenClaims {
            kind: SessionKind::from_number(r#type),
            login,
            customer_id: customer_id.map(CustomerId),
        })
    }
}
