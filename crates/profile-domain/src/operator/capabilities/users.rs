//! What users, businesses and apps may do with users, overrides and uploads (contract users, sections 3 to 5 and 8).

use super::{Access, Contract, is_among, is_held};
use crate::{
    change::RecordKind,
    field::Field,
    users::{
        Caller, Upload, UploadStatus, User, Visibility,
        fields::{
            ACCOUNTS, CONTENT_TYPE, EMAIL, FILENAME, HOLDINGS, UPLOAD_CREATED_AT, UPLOAD_SIZE, UPLOAD_STATUS,
            VISIBILITY,
        },
        policy::{self, NamedBusiness, ProfileScope, ScopeError},
    },
};

/// What a user alone sees of the own profile (contract users, section 3).
const PRIVATE: [Field; 2] = [EMAIL, HOLDINGS];
/// What an upload's owner sees of it (contract users, section 8).
const UPLOAD: [Field; 6] =
    [FILENAME, CONTENT_TYPE, VISIBILITY, UPLOAD_CREATED_AT, UPLOAD_STATUS, UPLOAD_SIZE];
/// What the bytes of an upload come with (contract users, section 8).
const DOWNLOADED: [Field; 2] = [CONTENT_TYPE, UPLOAD_SIZE];

/// A caller, with the record of the user behind the credential.
#[derive(Debug, Clone, Copy)]
pub struct KnownCaller<'a> {
    /// The credential, with every scope.
    pub caller: &'a Caller,
    /// The user, if there is one.
    pub user: Option<&'a User>,
}

/// Returns what a caller may do with a user's global profile, which lists show to everybody.
#[must_use]
pub fn of_user(KnownCaller { caller, user: own }: KnownCaller<'_>, user: &User) -> Access {
    let may = policy::may_update(caller).and_then(|()| policy::may_change(caller, user));
    let scope = policy::scope_to_update(caller, None, own);
    let is_self = caller.user() == Some(&user.id)
        && policy::scope_to_read(caller, None, own).is_ok_and(|scope| policy::shows_on(&scope, user));
    let denial = match scope {
        Err(ScopeError::Denied(rule)) => Some(rule),
        _ => may.err(),
    };
    Access::none(Contract::Users)
        .denied_by(denial)
        .accepting(RecordKind::User, |entry| scope == Ok(ProfileScope::Global) && is_held(entry))
        .showing(RecordKind::User, |entry| {
            entry.name != ACCOUNTS.name && (is_self || !is_among(entry, &PRIVATE))
        })
}

/// Returns what a caller may do with what a business says over `user`.
#[must_use]
pub fn of_override(
    KnownCaller { caller, user: own }: KnownCaller<'_>,
    business: NamedBusiness<'_>,
    user: &User,
) -> Access {
    let updated = policy::scope_to_update(caller, Some(business), own);
    let read = policy::scope_to_read(caller, Some(business), own);
    let denial = match updated {
        Err(ScopeError::Denied(rule)) => Some(rule),
        _ => policy::may_update(caller).and_then(|()| policy::may_change(caller, user)).err(),
    };
    let shows = |scope: &ProfileScope| policy::shows_on(scope, user);
    let (is_changed, is_shown) =
        (updated.is_ok_and(|scope| shows(&scope)), read.is_ok_and(|scope| shows(&scope)));
    Access::none(Contract::Users)
        .denied_by(denial)
        .accepting(RecordKind::Override, |entry| is_changed && is_held(entry))
        .showing(RecordKind::Override, |_| is_shown)
}

/// Returns what a caller may do with an upload.
#[must_use]
pub fn of_upload(caller: &Caller, upload: &Upload) -> Access {
    let is_ready = upload.status == UploadStatus::Ready;
    let is_own = caller.upload_owner() == upload.owner && upload.status != UploadStatus::Removed;
    let is_downloaded = is_ready && (is_own || upload.visibility == Visibility::Public);
    Access::none(Contract::Users).showing(RecordKind::Upload, |entry| {
        let is_told = is_ready || entry.name != UPLOAD_SIZE.name;
        (is_own && is_told && is_among(entry, &UPLOAD)) || (is_downloaded && is_among(entry, &DOWNLOADED))
    })
}
