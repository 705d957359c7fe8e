//! A user changes the own profile, or a business what it shows over it.

use profile_domain::{
    Violation,
    change::Facet,
    users::{
        BusinessId, Credential, Override, OverridePatch, User, UserPatch, UserView,
        policy::{self, NoSide, Side},
    },
};
use profile_ports::CommitError;

use super::{
    UserRefusal, Which,
    side::{Known, find, view},
};
use crate::{
    Core, Origin,
    commit::{ATTEMPTS, counted},
};

/// What an admitted update is about.
pub struct UpdateTarget {
    side: Side,
    user: User,
}

impl UpdateTarget {
    /// Whether it is about what an account shows; also where a token, and not the request, names the account.
    #[must_use]
    pub const fn is_on_account(&self) -> bool {
        matches!(self.side, Side::Account(_))
    }
}

/// Whether `credential` may change the user whom `which` means, on the side of `asked`; before the body is looked at.
///
/// # Errors
/// [`UserRefusal`].
pub async fn admit_update(
    core: &Core,
    credential: &Credential,
    which: &Which,
    asked: Option<&BusinessId>,
) -> Result<UpdateTarget, UserRefusal> {
    if *which == Which::Me && credential.user().is_none() {
        return Err(UserRefusal::UserTokenRequired);
    }
    policy::may_update(credential)?;
    let known = Known::about(core, credential, asked).await?;
    let side =
        policy::side_to_update(credential, known.asked(asked), known.caller()).map_err(|no| match no {
            NoSide::Denied(rule) => rule.into(),
            NoSide::AccountRequired => UserRefusal::AccountRequired,
        })?;
    // A user who may only change the own profile is told so, whether or not the other one shows on this side.
    let user = find(core, credential, which, &Side::Global).await?;
    policy::may_change(credential, &user)?;
    if !policy::shows_on(&side, &user) {
        return Err(UserRefusal::NotFound);
    }
    Ok(UpdateTarget { side, user })
}

/// Applies `patch` to the admitted target; answers the profile as that side then sees it.
///
/// # Errors
/// [`UserRefusal`]; nothing was written.
pub async fn update_user(
    core: &Core,
    credential: &Credential,
    target: UpdateTarget,
    patch: UserPatch,
    origin: &Origin,
) -> Result<UserView, UserRefusal> {
    let UpdateTarget { side, user } = target;
    let user = match &side {
        Side::Global => update_global(core, credential, user, &patch, origin).await?,
        Side::Account(account) => {
            let refused = |field: profile_domain::field::Field| {
                UserRefusal::Invalid(Violation::new(field.name, "cannot be overridden by an account"))
            };
            let patch = patch.for_override().map_err(refused)?;
            update_override(core, credential, &user, account, &patch, origin).await?;
            user
        }
    };
    Ok(view(core, user, &side).await?)
}

async fn update_global(
    core: &Core,
    credential: &Credential,
    mut user: User,
    patch: &UserPatch,
    origin: &Origin,
) -> Result<User, UserRefusal> {
    for _ in 0..ATTEMPTS {
        let next = user.updated(patch)?;
        if next.version == user.version {
            return Ok(user);
        }
        let commit = core.commit_of(Some(&user), next.clone(), origin.cause(credential.actor(), None));
        match counted(Facet::User, core.store.commit_user(commit).await) {
            Ok(()) => return Ok(next),
            Err(CommitError::Stale) => {
                user = core.store.find_user(&user.id).await?.ok_or(UserRefusal::NotFound)?;
            }
            Err(CommitError::Taken(_)) => return Err(UserRefusal::Taken),
            Err(CommitError::Missing(_)) => return Err(UserRefusal::NotFound),
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
        }
    }
    Err(UserRefusal::Contended)
}

async fn update_override(
    core: &Core,
    credential: &Credential,
    user: &User,
    account: &BusinessId,
    patch: &OverridePatch,
    origin: &Origin,
) -> Result<(), UserRefusal> {
    for _ in 0..ATTEMPTS {
        let existing = core.store.find_override(&user.id, account).await?;
        let base =
            existing.clone().unwrap_or_else(|| Override::new(user.id.clone(), account.clone(), user.person));
        let next = base.updated(patch).map_err(UserRefusal::Invalid)?;
        if next.version == base.version {
            return Ok(());
        }
        let commit = core.commit_of(existing.as_ref(), next, origin.cause(credential.actor(), None));
        match counted(Facet::Override, core.store.commit_override(commit).await) {
            Ok(()) => return Ok(()),
            Err(CommitError::Stale | CommitError::Taken(_)) => {}
            Err(CommitError::Missing(_)) => return Err(UserRefusal::NotFound),
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
        }
    }
    Err(UserRefusal::Contended)
}
