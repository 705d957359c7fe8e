//! A caller reads a user's profile.

use profile_domain::users::{BusinessId, Caller, UserView, policy};

use super::{
    UserRefusal, UserSelector,
    scope::{Known, find, view},
};
use crate::Ports;

/// The profile of the user whom `which` means, as the side of `asked` sees it.
///
/// # Errors
/// [`UserRefusal`].
pub async fn get_user(
    ports: &Ports,
    credential: &Caller,
    which: &UserSelector,
    asked: Option<&BusinessId>,
) -> Result<UserView, UserRefusal> {
    let known = Known::about(ports, credential, asked).await?;
    let side = policy::scope_to_read(credential, known.asked(asked), known.caller())?;
    let user = find(ports, credential, which, &side).await?;
    Ok(view(ports, user.record, &side).await?)
}
