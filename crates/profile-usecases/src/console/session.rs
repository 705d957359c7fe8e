//! A session of the console begins, is found at each request, and ends.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use profile_domain::operator::{OperatorKey, OperatorKeyId};
use profile_ports::Unavailable;

use super::token::Fact;
use crate::{
    Ports,
    operator::{NotAdmitted, check_admitted},
};

/// How long a session lasts at most.
const LIFETIME: TimeDelta = TimeDelta::hours(12);

/// A session that has begun.
pub struct NewConsoleSession {
    /// What the browser shows for it; only its hash is stored.
    pub token: String,
    /// When it ends at the latest.
    pub ends_at: DateTime<Utc>,
}

/// Begins a session of a key that was admitted.
///
/// # Errors
/// [`Unavailable`].
pub async fn begin_console_session(
    ports: &Ports,
    key: &OperatorKey,
) -> Result<NewConsoleSession, Unavailable> {
    let latest = ports.clock.now() + LIFETIME;
    let ends_at = key.expires_at.map_or(latest, |end| end.min(latest));
    let token = Fact::Session.grant(ports, &key.id, ends_at).await?;
    Ok(NewConsoleSession { token, ends_at })
}

/// Returns the key of a session, by which `address` asks.
///
/// # Errors
/// [`NotAdmitted`] also where the session has ended, or its key.
pub async fn find_console_session(
    ports: &Ports,
    token: &str,
    address: Option<IpAddr>,
) -> Result<OperatorKey, NotAdmitted> {
    let id = Fact::Session.find(ports, token).await?.ok_or(NotAdmitted::Refused)?;
    if Fact::SessionEnded.has_happened(ports, token).await? {
        return Err(NotAdmitted::Refused);
    }
    admitted(ports, &id, address).await
}

/// Ends a session; one that has ended stays so.
///
/// # Errors
/// [`Unavailable`].
pub async fn end_console_session(ports: &Ports, token: &str) -> Result<(), Unavailable> {
    Fact::SessionEnded.note(ports, token).await?;
    Ok(())
}

/// Returns the key of this id, if it may be used from `address`.
pub(super) async fn admitted(
    ports: &Ports,
    id: &OperatorKeyId,
    address: Option<IpAddr>,
) -> Result<OperatorKey, NotAdmitted> {
    let key = ports.store.find_operator_key(id).await?.ok_or(NotAdmitted::Refused)?;
    check_admitted(ports, &key, address)?;
    Ok(key)
}
