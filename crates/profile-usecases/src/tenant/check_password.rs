//! A member proves to know the password, and not by trying them all.

use chrono::{DateTime, Utc};
use profile_domain::{
    change::Facet,
    tenant::{Attempts, Member},
};
use profile_ports::{PasswordBusy, Verdict};

use super::TenantRefusal;
use crate::Core;

/// Checks that `password` is the member's. A server checks a member's attempts one after another, so that one that is still
/// running does not count; those at another server do count until they are known to be right. The attempt is counted
/// before the password is checked, and taken back or cleared afterwards.
pub(super) async fn check_password(
    core: &Core,
    member: &Member,
    password: &str,
) -> Result<(), TenantRefusal> {
    let mut turn = core.passwords.turn(member.id).await;
    let now = core.clock.now();
    change(core, member.id, |attempts| {
        attempts.with_one_more(now).map_err(|_| TenantRefusal::PasswordLocked)
    })
    .await?;
    let Some(hash) = &member.password_hash else { return Err(TenantRefusal::PasswordWrong) };
    match turn.verify(password, hash).await {
        Ok(Verdict::Right) => change(core, member.id, |attempts| Ok(attempts.cleared())).await,
        Ok(Verdict::Wrong) => Err(TenantRefusal::PasswordWrong),
        Err(busy) => {
            take_back(core, member.id, now).await?;
            Err(match busy {
                PasswordBusy::Queue => TenantRefusal::Busy,
                PasswordBusy::Unavailable(error) => error.into(),
            })
        }
    }
}

async fn take_back(core: &Core, member: i32, at: DateTime<Utc>) -> Result<(), TenantRefusal> {
    change(core, member, |attempts| Ok(attempts.without(at))).await
}

async fn change(
    core: &Core,
    member: i32,
    next: impl Fn(&Attempts) -> Result<Attempts, TenantRefusal> + Send,
) -> Result<(), TenantRefusal> {
    let mut tries = core.tries_of(Facet::Member, format!("{member} attempts")).await;
    while tries.more().await {
        let attempts = core.store.find_attempts(member).await?;
        if core.store.keep_attempts(member, &next(&attempts)?).await? {
            return Ok(());
        }
    }
    Err(TenantRefusal::Contended)
}
