//! A member reads the own record.

use profile_domain::tenant::policy::TokenClaims;

use super::{MemberView, TenantRefusal, admit, view::view};
use crate::Ports;

/// Returns the caller's own record.
///
/// # Errors
/// [`TenantRefusal`].
pub async fn get_member_profile(ports: &Ports, claims: TokenClaims) -> Result<MemberView, TenantRefusal> {
    let caller = admit(ports, claims).await?;
    Ok(view(ports, caller.tenant_id, caller.member.record, caller.language).await?)
}
