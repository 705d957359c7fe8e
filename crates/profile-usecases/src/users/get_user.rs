//! A caller reads a user's profile.

use profile_domain::users::{BusinessId, Credential, UserView, policy};

use super::{
    UserRefusal, Which,
    side::{Known, find, view},
};
use crate::Core;

/// The profile of the user whom `which` means, as the side of `asked` sees it.
///
/// # Errors
/// [`UserRefusal`].
pub async fn get_user(
    core: &Core,
    credential: &Credential,
    which: &Which,
    asked: Option<&BusinessId>,
) -> Result<UserView, UserRefusal> {
    if *which == Which::Me && credential.user().is_none() {
        return Err(UserRefusal::NotFound);
    }
    let known = Known::about(core, credential, asked).await?;
    let side = policy::side_to_read(credential, known.asked(asked), known.caller())?;
    let user = find(core, credential, which, &side).await?;
    Ok(view(core, user.record, &side).await?)
}
