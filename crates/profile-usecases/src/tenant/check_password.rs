//! A member proves to know the password, and not by trying them all.

use chrono::{DateTime, Utc};
use profile_domain::tenant::{Attempts, Member};
use profile_ports::{PasswordBusy, Verdict};

use super::TenantRefusal;
use crate::Ports;

/// Checks that `password` is the member's. A server checks a member's attempts one after another, so that one that is still
/// running does not count; those at another server do count until they are known to be right. The attempt is counted
/// before the password is checked, and taken back or cleared afterwards.
pub(super) async fn check_password(
    ports: &Ports,
    member: &Member,
    password: &str,
) -> Result<(), TenantRefusal> {
    let mut turn = ports.passwords.turn(member.id).await;
    let now = ports.clock.now();
    change(ports, member.id, |attempts| {
        attempts.with_one_more(now).map_err(|_| TenantRefusal::PasswordLocked)
    })
    .await?;
    let Some(hash) = &member.password_hash else { return Err(TenantRefusal::PasswordWrong) };
    match turn.verify(password, hash).await {
        Ok(Verdict::Right) => change(ports, member.id, |attempts| Ok(attempts.cleared())).await,
        Ok(Verdict::Wrong) => Err(TenantRefusal::PasswordWrong),
        Err(busy) => {
            take_back(ports, member.id, now).await?;
            Err(match busy {
                PasswordBusy::Queue => TenantRefusal::Busy,
                PasswordBusy::Unavailable(error) => error.into(),
            })
        }
    }
}

async fn take_back(ports: &Ports, member: i32, at: DateTime<Utc>) -> Result<(), TenantRefusal> {
    change(ports, member, |attempts| Ok(attempts.without(at))).await
}

async fn change(
    ports: &Ports,
    member: i32,
    next: impl Fn(&Attempts) -> Result<Attempts, TenantRefusal> + Send,
) -> Result<(), TenantRefusal> {
    let mut tries = ports.tries_of("attempts", member.to_string()).await;
    while tries.more().await {
        let attempts = ports.store.find_attempts(member).await?;
        if ports.store.keep_attempts(member, &next(&attempts)?).await? {
            return Ok(());
        }
    }
    Err(TenantRefusal::Contended)
}
