//! A member sees which languages there are.

use profile_domain::tenant::{Language, policy::Session};

use super::{TenantRefusal, authenticate};
use crate::Core;

/// A stretch of the languages, and how many there are. Memberships are not looked at.
///
/// # Errors
/// [`TenantRefusal`].
pub async fn list_languages(
    core: &Core,
    session: Session,
    skip: i64,
    take: i64,
) -> Result<(i64, Vec<Language>), TenantRefusal> {
    authenticate(core, session).await?;
    Ok(core.store.list_languages(skip, take).await?)
}
