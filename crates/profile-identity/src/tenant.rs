//! Tokens of the tenant contract (section 7).

use std::time::Duration;

use async_trait::async_trait;
use profile_domain::tenant::policy::TokenClaims;
use profile_ports::{TenantIdentity, TokenError};
use serde::{Deserialize, Serialize};

use crate::{
    IssueError, Keys, Verifier,
    account::sign,
    verifier::{ClaimsReader, TokenRules, Validity},
};

#[derive(Clone, Deserialize)]
struct Claims {
    sub: String,
    tenant_id: Option<i32>,
}

#[derive(Serialize)]
struct Issued<'a> {
    sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_id: Option<i32>,
    #[serde(flatten)]
    validity: Validity<'a>,
}

/// Verifies tokens of the tenant contract and, with a secret of the service's own, issues them.
pub struct TenantTokens(ClaimsReader<Claims>);

impl TenantTokens {
    /// Tokens that `verifier` accepts.
    #[must_use]
    pub fn new(verifier: Verifier) -> Self {
        Self(verifier.reading(TokenRules::STRICT))
    }

    /// A member's token; with a tenant, for that one.
    pub fn issue(&self, member: i32, tenant_id: Option<i32>, ttl: Duration) -> Result<String, IssueError> {
        let Keys::Own(secret) = &self.0.keys else { return Err(IssueError::Outside) };
        let issued = Issued { sub: member.to_string(), tenant_id, validity: self.0.validity(None, ttl) };
        Ok(sign(secret, &issued)?)
    }
}

#[async_trait]
impl TenantIdentity for TenantTokens {
    async fn verify(&self, token: &str) -> Result<TokenClaims, TokenError> {
        let Claims { sub, tenant_id } = self.0.claims(token).await?;
        let digits = !sub.is_empty() && sub.bytes().all(|byte| byte.is_ascii_digit());
        let member_id = sub.parse().ok().filter(|_| digits).ok_or(TokenError::Refused)?;
        Ok(TokenClaims { member_id, tenant_id })
    }
}
