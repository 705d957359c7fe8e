//! A caller asks what a user may do with a resource.

use profile_domain::users::{AccessLevel, BusinessId, Caller, policy, policy::ProfileScope};
use profile_domain::users::{Business, User};

use super::{UserRefusal, UserSelector, scope::find};
use crate::Ports;

/// Returns what the user whom `which` means may do with `resource`; of the kinds of resources only businesses exist here.
///
/// # Errors
/// [`UserRefusal::NotFound`] for an unknown user, an unknown resource, and one that the credential does not see.
pub async fn check_access(
    ports: &Ports,
    credential: &Caller,
    which: &UserSelector,
    resource: &str,
) -> Result<AccessLevel, UserRefusal> {
    let id = BusinessId::try_from(resource).map_err(|_| UserRefusal::NotFound)?;
    let business = ports.find::<Business>(&id).await?.ok_or(UserRefusal::NotFound)?;
    if *which == UserSelector::Me && policy::acts_as(credential, &business.id) {
        return Ok(AccessLevel::Admin);
    }
    let user = find(ports, credential, which, &ProfileScope::Global).await?;
    let caller = match credential {
        Caller::User { user: id, .. } if *id != user.id => ports.find::<User>(id).await?,
        _ => None,
    };
    if !policy::sees(credential, &business, &user, caller.as_ref()) {
        return Err(UserRefusal::NotFound);
    }
    Ok(policy::access_level(&user, &business.id))
}
