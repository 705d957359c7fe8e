//! A user changes the own profile, or a business what it shows over it.

use profile_domain::{
    Keyed as _, Patch, Saved, Violation,
    users::{
        BusinessId, Caller, Override, OverridePatch, User, UserPatch, UserView, fields,
        policy::{self, ProfileScope, ScopeError},
    },
};
use profile_ports::UnknownOutcome;

use super::{
    PictureChoice, UserRefusal, UserSelector,
    attach_picture::{Attachment, Mark, find_picture, mark_attached, picture_patch},
    scope::{Known, find, view},
};
use crate::{
    Ports, RequestOrigin,
    write::{Next, Seen},
};

/// What an admitted update is about.
pub struct UpdateTarget {
    side: ProfileScope,
    user: Saved<User>,
}

impl UpdateTarget {
    /// Whether it is about what an account shows; also where a token, and not the request, names the account.
    #[must_use]
    pub const fn is_on_account(&self) -> bool {
        matches!(self.side, ProfileScope::Business(_))
    }
}

/// Whether `credential` may change the user whom `which` means, on the side of `asked`; before the body is looked at.
///
/// # Errors
/// [`UserRefusal`].
pub async fn admit_update(
    ports: &Ports,
    credential: &Caller,
    which: &UserSelector,
    asked: Option<&BusinessId>,
) -> Result<UpdateTarget, UserRefusal> {
    policy::may_update(credential)?;
    let known = Known::about(ports, credential, asked).await?;
    let side =
        policy::scope_to_update(credential, known.asked(asked), known.caller()).map_err(|no| match no {
            ScopeError::Denied(rule) => rule.into(),
            ScopeError::AccountRequired => UserRefusal::AccountRequired,
        })?;
    // A user who may only change the own profile is told so, whether or not the other one shows on this side.
    let user = find(ports, credential, which, &ProfileScope::Global).await?;
    policy::may_change(credential, &user)?;
    if !policy::shows_on(&side, &user) {
        return Err(UserRefusal::NotFound);
    }
    Ok(UpdateTarget { side, user })
}

/// The pictures that an update asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PictureChoices {
    /// The picture.
    pub picture: Patch<PictureChoice>,
    /// The banner, which only a user has.
    pub banner: Patch<PictureChoice>,
}

/// Applies `patch` and the pictures of `choices` to the admitted target; answers the profile as that side then sees it.
///
/// # Errors
/// [`UserRefusal`]; nothing was written.
pub async fn update_user(
    ports: &Ports,
    credential: &Caller,
    target: UpdateTarget,
    mut patch: UserPatch,
    choices: &PictureChoices,
    origin: &RequestOrigin,
) -> Result<UserView, UserRefusal> {
    // What needs no store is checked first.
    checked(&target, &patch)?;
    let picture = find_choice(ports, credential, fields::PICTURE.name, &choices.picture).await?;
    let banner = find_choice(ports, credential, fields::BANNER.name, &choices.banner).await?;
    (patch.picture, patch.banner) = (picture_patch(&picture), picture_patch(&banner));
    let UpdateTarget { side, user } = target;
    let mut marks = Vec::new();
    let picture = (fields::PICTURE.name, picture, &choices.picture);
    let banner = (fields::BANNER.name, banner, &choices.banner);
    let marked = mark_all(ports, credential, [picture, banner], &mut marks, origin).await;
    let applied = match marked {
        Ok(()) => apply(ports, credential, &side, user, patch, origin).await,
        Err(refused) => Err(refused),
    };
    match applied {
        // It is written: a caller who cannot be shown it must not be told otherwise.
        Ok(user) => Ok(view(ports, user, &side).await.map_err(UnknownOutcome::because)?),
        // The profile may show the pictures.
        Err(refused @ UserRefusal::Unknown(_)) => Err(refused),
        Err(refused) => {
            for mark in marks {
                mark.take_back(ports, credential, origin).await?;
            }
            Err(refused)
        }
    }
}

/// Marks the uploads of both pictures; `marks` has those that were marked, also if one of them is refused.
async fn mark_all(
    ports: &Ports,
    credential: &Caller,
    pictures: [(&'static str, Patch<Attachment>, &Patch<PictureChoice>); 2],
    marks: &mut Vec<Mark>,
    origin: &RequestOrigin,
) -> Result<(), UserRefusal> {
    for (param, attachment, choice) in pictures {
        marks.extend(mark_attached(ports, credential, param, attachment, choice, origin).await?);
    }
    Ok(())
}

fn checked(target: &UpdateTarget, patch: &UserPatch) -> Result<(), UserRefusal> {
    match &target.side {
        ProfileScope::Global => target.user.updated(patch).map(drop)?,
        ProfileScope::Business(account) => {
            let UpdateTarget { user, .. } = target;
            let blank = Override::new(user.id.clone(), account.clone(), user.person);
            blank.updated(&for_override(patch.clone())?).map_err(UserRefusal::Invalid)?;
        }
    }
    Ok(())
}

fn for_override(patch: UserPatch) -> Result<OverridePatch, UserRefusal> {
    patch.for_override().map_err(|field| {
        UserRefusal::Invalid(Violation::new(field.name, "cannot be overridden by an account"))
    })
}

async fn find_choice(
    ports: &Ports,
    credential: &Caller,
    param: &'static str,
    choice: &Patch<PictureChoice>,
) -> Result<Patch<Attachment>, UserRefusal> {
    match choice {
        Patch::Absent => Ok(Patch::Absent),
        Patch::Null => Ok(Patch::Null),
        Patch::Value(choice) => find_picture(ports, credential, param, choice).await.map(Patch::Value),
    }
}

async fn apply(
    ports: &Ports,
    credential: &Caller,
    side: &ProfileScope,
    user: Saved<User>,
    patch: UserPatch,
    origin: &RequestOrigin,
) -> Result<User, UserRefusal> {
    match side {
        ProfileScope::Global => update_global(ports, credential, user, &patch, origin).await,
        ProfileScope::Business(account) => {
            update_override(ports, credential, &user, account, &for_override(patch)?, origin).await?;
            Ok(user.record)
        }
    }
}

async fn update_global(
    ports: &Ports,
    credential: &Caller,
    user: Saved<User>,
    patch: &UserPatch,
    origin: &RequestOrigin,
) -> Result<User, UserRefusal> {
    let (id, cause) = (user.id.clone(), origin.cause(credential.actor(), None));
    let written = ports.write(id, Seen::Record(Some(user)), cause, async |user: Option<&User>| {
        let user = user.ok_or(UserRefusal::NotFound)?;
        Ok::<_, UserRefusal>(user.updated(patch)?)
    });
    Ok(written.await?.saved.record)
}

async fn update_override(
    ports: &Ports,
    credential: &Caller,
    user: &User,
    account: &BusinessId,
    patch: &OverridePatch,
    origin: &RequestOrigin,
) -> Result<(), UserRefusal> {
    let blank = Override::new(user.id.clone(), account.clone(), user.person);
    let cause = origin.cause(credential.actor(), None);
    let written = ports.write(blank.id(), Seen::Nothing, cause, async |existing: Option<&Override>| {
        // An override that was ended alone begins anew when its account sets it again.
        existing
            .unwrap_or(&blank)
            .updated(patch)
            .map_err(UserRefusal::Invalid)
            .map(|next| Next::from(next).maybe_anew())
    });
    written.await.map(drop)
}
