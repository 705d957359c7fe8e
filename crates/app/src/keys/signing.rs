//! The key pairs of users tokens as the database knows them, and until when each is needed.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use profile_identity::SigningKeys;
use profile_ports::KeyRegister;

use super::{USERS, files::Named, masters::Opening};
use crate::{contracts::TokenSettings, wiring::cause};

/// What the database knows the end of the last users token as, in Unix seconds.
const LAST_TOKEN: &str = "users token until";
/// What it knows the end of a former key pair as, before its name.
const KEY_UNTIL: &str = "users key until ";
/// Seconds that a former key pair verifies at least: the usual life of a token.
const LEAST: i64 = 3600;

/// The key pairs of users tokens; `None` if those come from outside, or if there is none and none is needed.
pub(super) async fn open(
    tokens: &TokenSettings,
    opening: &Opening<'_>,
) -> anyhow::Result<Option<SigningKeys>> {
    if tokens.outside.jwks.is_some() {
        return Ok(None);
    }
    let file = opening.files.users_key();
    let given = tokens.own.as_ref();
    let named = Named {
        what: "the users signing key",
        setting: "PROFILE_USERS_SIGNING_KEY",
        is_set: given.is_some(),
        file: &file,
    };
    let held = match given {
        Some(pem) => Some(SigningKeys::of_setting(pem).context("users_signing_key")?),
        None => SigningKeys::read(&file)?,
    };
    let keys = match held {
        Some(keys) => keys,
        None if !opening.need.users() => return Ok(None),
        // Read again: another process stores its new key before it tells the database of it.
        None if opening.knows(USERS).await? => SigningKeys::read(&file)?.ok_or_else(|| named.refusal())?,
        None => SigningKeys::create(&file)?,
    };
    let known = opening.register.known_keys().await.map_err(cause)?;
    // The one that signs is the database's; a new one before it signs after `signing-key rotate`.
    let is_held = known.get(USERS).is_some_and(|kid| keys.use_key(kid));
    if is_held || opening.admits(USERS, &keys.signing()).await? {
        Ok(Some(keys))
    } else {
        Err(named.refusal())
    }
}

/// The names of the former key pairs whose last token has expired.
pub(super) fn ended(known: &BTreeMap<String, String>, now: i64) -> BTreeSet<String> {
    let over = |until: &String| until.parse::<i64>().is_ok_and(|until| until < now);
    let of_key = known.iter().filter_map(|(kind, until)| Some((kind.strip_prefix(KEY_UNTIL)?, until)));
    of_key.filter(|(_, until)| over(until)).map(|(kid, _)| kid.to_owned()).collect()
}

/// Remembers that a users token is valid until `until`.
pub(super) async fn note_token(register: &dyn KeyRegister, until: i64) -> anyhow::Result<()> {
    loop {
        let known = register.known_keys().await.map_err(cause)?.remove(LAST_TOKEN);
        let is_later =
            known.as_deref().and_then(|known| known.parse::<i64>().ok()).is_none_or(|known| known < until);
        if !is_later {
            return Ok(());
        }
        let set = register.set_known_key(LAST_TOKEN, known.as_deref(), &until.to_string()).await;
        if set.map_err(cause)? {
            return Ok(());
        }
    }
}

/// Until when a key pair that signs no more must verify, in Unix seconds.
pub(crate) async fn key_until(register: &dyn KeyRegister, now: i64) -> anyhow::Result<i64> {
    let last = register.known_keys().await.map_err(cause)?.remove(LAST_TOKEN);
    let last = last.and_then(|until| until.parse().ok()).unwrap_or(now);
    Ok(last.max(now.saturating_add(LEAST)))
}

/// Remembers until when a former key pair verifies.
pub(crate) async fn retire(register: &dyn KeyRegister, kid: &str, until: i64) -> anyhow::Result<()> {
    let kind = format!("{KEY_UNTIL}{kid}");
    let known = register.known_keys().await.map_err(cause)?.remove(&kind);
    register.set_known_key(&kind, known.as_deref(), &until.to_string()).await.map_err(cause)?;
    Ok(())
}
