//! A member changes the own record.

use profile_domain::tenant::{Language, Member};
use profile_domain::tenant::{
    MemberPatch,
    policy::{self, TokenClaims},
};
use profile_ports::UnknownOutcome;

use super::{Caller, MemberView, TenantRefusal, check_password::check_password, view::view};
use crate::{
    Ports, RequestOrigin,
    write::{Next, Seen, Written},
};

/// Applies `patch` to the record of the admitted caller; returns the record as stored.
///
/// The checks are in the order of contract tenant, section 3, steps 7 to 9.
///
/// # Errors
/// [`TenantRefusal`]; nothing of the record was written.
pub async fn update_member_profile(
    ports: &Ports,
    caller: Caller,
    patch: &MemberPatch,
    origin: &RequestOrigin,
) -> Result<MemberView, TenantRefusal> {
    let Caller { member, mut language, tenant_id, membership: _ } = caller;
    let faults = patch.broken_rules();
    if let Some(id) = patch.language_id {
        language = ports.find::<Language>(&id).await?;
    }
    let unknown_language = patch.language_id.is_some() && language.is_none();
    if unknown_language || !faults.is_empty() {
        return Err(TenantRefusal::Invalid { unknown_language, faults });
    }
    if patch.new_email(&member).is_some() {
        let password = patch.password_validation.as_deref().ok_or(TenantRefusal::PasswordRequired)?;
        check_password(ports, &member, password).await?;
    }
    let is_proven = patch.new_email(&member).is_some();
    let cause = origin.cause(TokenClaims { member_id: member.id, tenant_id }.actor(), None);
    let (id, seen) = (member.id, Seen::Record(Some(member)));
    let written = ports.write(id, seen, cause, async |member: Option<&Member>| {
        let member = member.ok_or(TenantRefusal::Unauthenticated)?;
        policy::is_there(member)?;
        // Somebody may have changed the address meanwhile: then what was no change is one, and not proven.
        if !is_proven && patch.new_email(member).is_some() {
            return Err(TenantRefusal::PasswordRequired);
        }
        Ok(Next::from(patch.applied_to(member, ports.clock.now())).with_named(Some(member)))
    });
    let Written { saved, is_changed } = written.await?;
    let shown = view(ports, tenant_id, saved.record, language).await;
    // It is written: where it cannot be shown, the answer must not be that nothing was written.
    if is_changed { Ok(shown.map_err(UnknownOutcome::because)?) } else { Ok(shown?) }
}
