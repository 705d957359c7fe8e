//! Tokens of the users contract (section 5).

use std::time::Duration;

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, Header};
use profile_domain::users::{BusinessId, Caller, Scopes, UserId};
use profile_ports::{TokenError, UsersIdentity};
use serde::{Deserialize, Serialize};

use crate::{
    IssueError, Keys, Verifier,
    verifier::{ClaimsReader, TokenRules, Validity},
};

/// What the audience is where the operator has not said otherwise.
pub const USERS_AUDIENCE: &str = "users";

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    User,
    AccountUser,
    Account,
}

#[derive(Clone, Deserialize)]
struct Claims {
    sub: String,
    kind: Kind,
    account_id: Option<String>,
    scopes: Vec<String>,
}

#[derive(Serialize)]
struct Issued<'a> {
    sub: &'a str,
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<&'a str>,
    scopes: &'a [String],
    #[serde(flatten)]
    validity: Validity<'a>,
    jti: String,
}

/// Verifies tokens of the users contract and, with a key pair of the service's own, issues them.
pub struct UsersTokens(ClaimsReader<Claims>);

impl UsersTokens {
    /// Tokens that `verifier` accepts.
    #[must_use]
    pub fn new(verifier: Verifier) -> Self {
        Self(verifier.reading(TokenRules::OAUTH))
    }

    /// A user's token; with an account, only for that one.
    pub fn issue_for_user(
        &self,
        user: &UserId,
        account: Option<&BusinessId>,
        scopes: &[String],
        ttl: Duration,
    ) -> Result<String, IssueError> {
        let kind = if account.is_some() { Kind::AccountUser } else { Kind::User };
        self.issue(user.as_str(), kind, account, scopes, ttl)
    }

    /// The token of a business itself.
    pub fn issue_for_account(
        &self,
        account: &BusinessId,
        scopes: &[String],
        ttl: Duration,
    ) -> Result<String, IssueError> {
        self.issue(account.as_str(), Kind::Account, Some(account), scopes, ttl)
    }

    fn issue(
        &self,
        sub: &str,
        kind: Kind,
        account: Option<&BusinessId>,
        scopes: &[String],
        ttl: Duration,
    ) -> Result<String, IssueError> {
        let Keys::OwnPairs(keys) = &self.0.keys else { return Err(IssueError::Outside) };
        let pair = keys.current();
        let issued = Issued {
            sub,
            kind,
            account_id: account.map(BusinessId::as_str),
            scopes,
            validity: self.0.validity(Some(USERS_AUDIENCE), ttl),
            jti: random_name().map_err(|_| IssueError::Random)?,
        };
        let header = Header { kid: Some(pair.kid.clone()), ..Header::new(Algorithm::ES256) };
        Ok(jsonwebtoken::encode(&header, &issued, &pair.encoding)?)
    }
}

fn random_name() -> Result<String, getrandom::Error> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[async_trait]
impl UsersIdentity for UsersTokens {
    async fn verify(&self, token: &str) -> Result<Caller, TokenError> {
        let Claims { sub, kind, account_id, scopes } = self.0.claims(token).await?;
        let user = || UserId::try_from(sub.as_str()).map_err(|_| TokenError::Refused);
        let account = || {
            let id = account_id.as_deref().ok_or(TokenError::Refused)?;
            BusinessId::try_from(id).map_err(|_| TokenError::Refused)
        };
        let scopes: Scopes = scopes.into_iter().collect();
        match kind {
            Kind::User => Ok(Caller::User { user: user()?, scopes }),
            Kind::AccountUser => Ok(Caller::AccountUser { user: user()?, account: account()?, scopes }),
            Kind::Account if account_id.as_deref() == Some(&sub) => {
                Ok(Caller::Account { account: account()?, scopes })
            }
            Kind::Account => Err(TokenError::Refused),
        }
    }
}
