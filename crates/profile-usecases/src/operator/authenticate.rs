//! An operator shows a key (operator API page, section 2).

use std::net::IpAddr;

use chrono::{DurationRound as _, TimeDelta};
use profile_domain::operator::OperatorKey;
use profile_ports::{Purpose, Unavailable};

use crate::Ports;

/// What a key begins with.
pub(super) const SECRET_PREFIX: &str = "pok_";
/// How many characters of base64url follow: 256 bits.
pub(super) const SECRET_CHARS: usize = 43;

/// Why a key opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum NotAdmitted {
    /// Unknown, malformed, revoked or expired: not said which.
    #[error("the key is missing or not valid")]
    Refused,
    /// The key is good, but not from this address.
    #[error("the address is not among those that the key allows")]
    Address,
    /// The outside world did not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Returns the key that `secret` is, which was sent from `address`.
///
/// # Errors
/// [`NotAdmitted`].
pub async fn authenticate_operator(
    ports: &Ports,
    secret: &str,
    address: Option<IpAddr>,
) -> Result<OperatorKey, NotAdmitted> {
    let rest = secret.strip_prefix(SECRET_PREFIX).ok_or(NotAdmitted::Refused)?;
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if rest.len() != SECRET_CHARS || !rest.bytes().all(is_base64url) {
        return Err(NotAdmitted::Refused);
    }
    let hash = ports.keyed_hash.hash(Purpose::OperatorKey, secret);
    let key = ports.store.operator_key_of(&hash).await?.ok_or(NotAdmitted::Refused)?;
    check_admitted(ports, &key, address)?;
    Ok(key)
}

/// Checks that a key is alive and may be used from `address`.
pub(crate) fn check_admitted(
    ports: &Ports,
    key: &OperatorKey,
    address: Option<IpAddr>,
) -> Result<(), NotAdmitted> {
    if !key.is_alive(ports.clock.now()) {
        return Err(NotAdmitted::Refused);
    }
    if !key.allows(address) {
        return Err(NotAdmitted::Address);
    }
    Ok(())
}

/// Notes, to the minute, that a call of a key was carried out; a refused one leaves nothing.
pub async fn note_key_use(ports: &Ports, key: &OperatorKey) {
    let now = ports.clock.now();
    let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
    if key.last_used_at.is_none_or(|last| last < minute) {
        // What cannot be noted now is noted with the next call.
        ports.store.note_operator_key_use(&key.id, minute).await.ok();
    }
}
