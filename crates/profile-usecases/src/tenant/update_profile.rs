//! A member changes the own record.

use profile_domain::{
    change::Facet,
    tenant::{MemberPatch, policy::Session},
};
use profile_ports::{CommitError, UnknownOutcome};

use super::{Caller, MemberView, TenantRefusal, authenticate, check_password::check_password, view::view};
use crate::{Core, Origin, commit::counted};

/// Applies `patch` to the record of the admitted caller; answers the record as stored.
///
/// The checks are in the order of contract tenant, section 3, steps 7 to 9.
///
/// # Errors
/// [`TenantRefusal`]; nothing of the record was written.
pub async fn update_profile(
    core: &Core,
    caller: Caller,
    patch: &MemberPatch,
    origin: &Origin,
) -> Result<MemberView, TenantRefusal> {
    let Caller { mut member, mut language, tenant_id, membership: _ } = caller;
    let faults = patch.faults();
    if let Some(id) = patch.language_id {
        language = core.store.find_language(id).await?;
    }
    let unknown_language = patch.language_id.is_some() && language.is_none();
    if unknown_language || !faults.is_empty() {
        return Err(TenantRefusal::Invalid { unknown_language, faults });
    }
    if patch.new_email(&member).is_some() {
        let password = patch.password.as_deref().ok_or(TenantRefusal::PasswordRequired)?;
        check_password(core, &member, password).await?;
    }
    let proven = patch.new_email(&member).is_some();
    let mut tries = core.tries(&member).await;
    while tries.more().await {
        let next = patch.applied_to(&member, core.clock.now());
        if next.version == member.version {
            return Ok(view(core, tenant_id, member, language).await?);
        }
        let actor = Session { member_id: member.id, tenant_id }.actor();
        let commit = core.commit_of(Some(&member), next.clone(), origin.cause(actor, None));
        match counted(Facet::Member, core.store.commit_member(commit).await) {
            // It is written: a caller who cannot be shown it must not be told otherwise.
            Ok(()) => {
                return Ok(view(core, tenant_id, next, language).await.map_err(UnknownOutcome::because)?);
            }
            Err(CommitError::Taken(_)) => return Err(TenantRefusal::EmailTaken),
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
            Err(CommitError::Unknown(error)) => return Err(error.into()),
            Err(CommitError::Stale | CommitError::Missing(_)) => {
                let session = Session { member_id: member.id, tenant_id };
                (member, _) = authenticate(core, session).await?;
                if !proven && patch.new_email(&member).is_some() {
                    // Somebody has changed the address meanwhile: what was no change is one now, and not proven.
                    return Err(TenantRefusal::PasswordRequired);
                }
            }
        }
    }
    Err(TenantRefusal::Contended)
}
