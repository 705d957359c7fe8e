//! A member sees which languages there are.

use profile_domain::tenant::{Language, policy::TokenClaims};

use super::{TenantRefusal, authenticate};
use crate::Ports;

/// Returns a page of the languages, and how many there are in all. Memberships do not matter.
///
/// # Errors
/// [`TenantRefusal`].
pub async fn list_languages(
    ports: &Ports,
    claims: TokenClaims,
    skip: i64,
    take: i64,
) -> Result<(i64, Vec<Language>), TenantRefusal> {
    authenticate(ports, claims).await?;
    Ok(ports.store.list_languages(skip, take).await?)
}
