//! A member sees which languages there are.

use profile_domain::tenant::{Language, policy::Session};

use super::{TenantRefusal, authenticate};
use crate::Core;

/// Returns a page of the languages, and how many there are in all. Memberships do not matter.
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
