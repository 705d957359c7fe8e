//! What requests of the contract begin with: what the request's token claims.

use actix_web::{HttpRequest, HttpResponse};
use profile_domain::account::{
    TokenClaims,
    policy::{self, Caller},
};

use super::error::{AccountError, PERMISSION_DENIED};
use crate::{State, headers::credential};

/// What a request comes to.
pub(super) type Answered = Result<HttpResponse, AccountError>;

/// Returns what the caller's token claims.
pub(super) async fn claims(request: &HttpRequest, state: &State) -> Result<TokenClaims, AccountError> {
    let token = credential(request.headers()).ok_or(PERMISSION_DENIED)?;
    Ok(state.account.verify(token).await?)
}

/// Returns who asks to change something.
pub(super) async fn editor(request: &HttpRequest, state: &State) -> Result<Caller, AccountError> {
    let claims = claims(request, state).await?;
    policy::editor(&claims).map_err(|reason| AccountError::no_caller(reason, PERMISSION_DENIED))
}
