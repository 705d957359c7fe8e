//! A holder or owner changes the profile of an account.

use profile_domain::{
    Text,
    account::{Account, Login, ProfilePatch, fields, policy::Caller},
    media::{FileReference, MediaFile},
};

use super::target::find_target;
use crate::{Ports, Refusal, RequestOrigin, write::Seen};

/// Applies `patch` to the account that `editor` means by `asked`, and answers the account as stored.
///
/// The checks are in the order of contract account, section 3, steps 5 to 9.
///
/// # Errors
/// [`Refusal`]; nothing was written.
pub async fn update_account_profile(
    ports: &Ports,
    editor: Caller,
    asked: Option<Login>,
    mut patch: ProfilePatch,
    origin: &RequestOrigin,
) -> Result<Account, Refusal> {
    patch.check().map_err(Refusal::Invalid)?;
    if patch.is_empty() {
        return Err(Refusal::invalid("body", "must carry at least one profile field"));
    }
    let admitted = find_target(ports, editor, asked).await?;
    if let Some(avatar) = patch.avatar.value() {
        patch.avatar = Some(usable_avatar(ports, avatar).await?).into();
    }
    let (login, cause) = (admitted.login, origin.cause(editor.actor(), None));
    let seen = Seen::Record(Some(admitted.clone()));
    let written = ports.write(login, seen, cause, async |account: Option<&Account>| {
        let account = account.ok_or(Refusal::NotFound("account"))?;
        if *account != admitted.record {
            check_again(ports, editor, asked, &patch, account).await?;
        }
        Ok::<_, Refusal>(account.updated(&patch, ports.clock.now().timestamp()))
    });
    Ok(written.await?.saved.record)
}

/// Whether the account, which somebody has changed since the admission, is still the one that `editor` may change so.
async fn check_again(
    ports: &Ports,
    editor: Caller,
    asked: Option<Login>,
    patch: &ProfilePatch,
    account: &Account,
) -> Result<(), Refusal> {
    if find_target(ports, editor, asked).await?.login != account.login {
        return Err(Refusal::Contended);
    }
    // The file may have been removed meanwhile, because no account showed it.
    if let Some(avatar) = patch.avatar.value() {
        usable_avatar(ports, avatar).await?;
    }
    Ok(())
}

/// Returns the reference as it is stored, if it names a file that may be shown; empty removes the avatar.
///
/// # Errors
/// [`Refusal`] if it names none.
pub async fn usable_avatar(ports: &Ports, avatar: &Text) -> Result<Text, Refusal> {
    if avatar.is_empty() {
        return Ok(Text::default());
    }
    let refused = || Refusal::BadReference(fields::AVATAR.name);
    let reference = FileReference::parse_avatar(avatar.as_str()).ok_or_else(refused)?;
    let file = ports.find::<MediaFile>(&reference.uuid).await?;
    if !reference.may_show(file.as_ref()) {
        return Err(refused());
    }
    Text::try_from(reference.stored()).map_err(|_| refused())
}
