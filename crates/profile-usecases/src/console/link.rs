//! A link that begins a session of the console, once.

use std::net::IpAddr;

use chrono::TimeDelta;
use profile_domain::operator::{OperatorKey, Role};

use super::{
    session::{NewConsoleSession, admitted, begin_console_session},
    token::Fact,
};
use crate::{
    Ports,
    operator::{CreatedKey, NewOperatorKey, NotAdmitted, OPERATOR, OperatorRefusal, create_operator_key},
};

/// How long the key of a link lives.
const KEY_LIFETIME: TimeDelta = TimeDelta::hours(12);
/// How long a link can be spent.
const LINK_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// A link to the console.
pub struct ConsoleLink {
    /// What the link ends with; only its hash is stored.
    pub token: String,
    /// The key that was made for it, which nobody holds.
    pub key: OperatorKey,
}

/// Makes a key with the role, and a link that begins one session of it.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn create_console_link(
    ports: &Ports,
    name: String,
    role: Role,
) -> Result<ConsoleLink, OperatorRefusal> {
    let now = ports.clock.now();
    let new = NewOperatorKey { name, role, allow_cidrs: Vec::new(), expires_at: Some(now + KEY_LIFETIME) };
    let CreatedKey { key, .. } = create_operator_key(ports, OPERATOR, new, None).await?;
    let token = Fact::Link.grant(ports, &key.id, now + LINK_LIFETIME).await?;
    Ok(ConsoleLink { token, key })
}

/// Begins the session of a link.
///
/// # Errors
/// [`NotAdmitted::Refused`] if the link is unknown, too old, or was spent before.
pub async fn spend_console_link(
    ports: &Ports,
    token: &str,
    address: Option<IpAddr>,
) -> Result<NewConsoleSession, NotAdmitted> {
    let id = Fact::Link.find(ports, token).await?.ok_or(NotAdmitted::Refused)?;
    let key = admitted(ports, &id, address).await?;
    if !Fact::LinkSpent.note(ports, token).await? {
        return Err(NotAdmitted::Refused);
    }
    Ok(begin_console_session(ports, &key).await?)
}
