//! A member reads the own record.

use profile_domain::tenant::policy::Session;

use super::{MemberView, TenantRefusal, admit, view::view};
use crate::Core;

/// Returns the caller's own record.
///
/// # Errors
/// [`TenantRefusal`].
pub async fn get_member_profile(core: &Core, session: Session) -> Result<MemberView, TenantRefusal> {
    let caller = admit(core, session).await?;
    Ok(view(core, caller.tenant_id, caller.member.record, caller.language).await?)
}
