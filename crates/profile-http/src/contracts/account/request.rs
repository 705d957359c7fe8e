//! What requests of the contract begin with: the session that the request's token proves.

use actix_web::HttpRequest;
use profile_domain::account::Session;

use super::error::{AccountError, PERMISSION_DENIED};
use crate::{State, headers::credential};

/// Returns the session of the caller.
pub(super) async fn session(request: &HttpRequest, state: &State) -> Result<Session, AccountError> {
    let token = credential(request.headers()).ok_or(PERMISSION_DENIED)?;
    Ok(state.account.verify(token).await?)
}
