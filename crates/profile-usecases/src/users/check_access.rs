//! A caller asks what a user may do with a resource.

use profile_domain::users::{AccessLevel, BusinessId, Credential, policy, policy::Side};

use super::{UserRefusal, Which, side::find};
use crate::Core;

/// What the user whom `which` means may do with `resource`; of the kinds of resources only businesses exist here.
///
/// # Errors
/// [`UserRefusal::NotFound`] for an unknown user and for an unknown resource.
pub async fn check_access(
    core: &Core,
    credential: &Credential,
    which: &Which,
    resource: &str,
) -> Result<AccessLevel, UserRefusal> {
    let user = find(core, credential, which, &Side::Global).await?;
    let id = BusinessId::try_from(resource).map_err(|_| UserRefusal::NotFound)?;
    let business = core.store.find_business(&id).await?.ok_or(UserRefusal::NotFound)?;
    Ok(policy::access_level(credential, &user, &business.id))
}
