//! What requests of the contract begin with: what the request's token claims.

use actix_web::HttpRequest;
use profile_domain::account::TokenClaims;

use super::error::{AccountError, PERMISSION_DENIED};
use crate::{State, headers::credential};

/// Returns what the caller's token claims.
pub(super) async fn claims(request: &HttpRequest, state: &State) -> Result<TokenClaims, AccountError> {
    let token = credential(request.headers()).ok_or(PERMISSION_DENIED)?;
    Ok(state.account.verify(token).await?)
}
