//! What every request of the contract begins with: version, then token (section 3, order of checks).

use actix_web::HttpRequest;
use profile_domain::tenant::policy::Session;

use super::{
    error::{TenantFault, UNAUTHENTICATED},
    version,
};
use crate::{State, headers::bearer};

/// Whom the token of a request names.
pub(super) async fn session(request: &HttpRequest, state: &State) -> Result<Session, TenantFault> {
    version::check(request)?;
    let token = bearer(request.headers()).ok_or(UNAUTHENTICATED)?;
    Ok(state.tenant.verify(token).await?)
}
