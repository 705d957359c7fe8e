//! Tokens of the client contract (section 2).

use std::time::Duration;

use async_trait::async_trait;
use profile_domain::client::policy::TokenClaims;
use profile_ports::{ClientIdentity, TokenError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    IssueError, Keys, Verifier,
    account::sign,
    verifier::{ClaimsReader, TokenRules, Validity},
};

/// What the audience is where the operator has not said otherwise.
pub const CLIENT_AUDIENCE: &str = "authenticated";

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Role {
    Authenticated,
    Staff,
}

#[derive(Clone, Deserialize)]
struct Claims {
    sub: Option<String>,
    role: Role,
    staff_identifier: Option<String>,
    client_sub: Option<Uuid>,
}

#[derive(Serialize)]
struct Issued<'a> {
    sub: Uuid,
    role: Role,
    #[serde(skip_serializing_if = "Option::is_none")]
    staff_identifier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_sub: Option<Uuid>,
    #[serde(flatten)]
    validity: Validity<'a>,
}

/// Verifies tokens of the client contract and, with a secret of the service's own, issues them.
pub struct ClientTokens(ClaimsReader<Claims>);

impl ClientTokens {
    /// Tokens that `verifier` accepts.
    #[must_use]
    pub fn new(verifier: Verifier) -> Self {
        Self(verifier.reading(TokenRules::OAUTH))
    }

    /// A client's token.
    pub fn issue_for_client(&self, sub: Uuid, ttl: Duration) -> Result<String, IssueError> {
        self.issue(sub, Role::Authenticated, None, None, ttl)
    }

    /// The token of a member of staff, for one client.
    pub fn issue_for_staff(&self, staff: &str, client: Uuid, ttl: Duration) -> Result<String, IssueError> {
        self.issue(client, Role::Staff, Some(staff), Some(client), ttl)
    }

    fn issue(
        &self,
        sub: Uuid,
        role: Role,
        staff_identifier: Option<&str>,
        client_sub: Option<Uuid>,
        ttl: Duration,
    ) -> Result<String, IssueError> {
        let Keys::Own(secret) = &self.0.keys else { return Err(IssueError::Outside) };
        let issued = Issued {
            sub,
            role,
            staff_identifier,
            client_sub,
            validity: self.0.validity(Some(CLIENT_AUDIENCE), ttl),
        };
        Ok(sign(secret, &issued)?)
    }
}

#[async_trait]
impl ClientIdentity for ClientTokens {
    async fn verify(&self, token: &str) -> Result<TokenClaims, TokenError> {
        let Claims { sub, role, staff_identifier, client_sub } = self.0.claims(token).await?;
        match role {
            Role::Authenticated => {
                let sub =
                    Uuid::try_parse(&sub.ok_or(TokenError::Refused)?).map_err(|_| TokenError::Refused)?;
                Ok(TokenClaims::Client { sub })
            }
            Role::Staff => {
                let staff =
                    staff_identifier.filter(|staff| !staff.trim().is_empty() && !staff.contains('\0'));
                Ok(TokenClaims::Staff { staff: staff.ok_or(TokenError::Refused)?, client: client_sub })
            }
        }
    }
}
