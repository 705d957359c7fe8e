//! Kept replies. They are no part of any profile, so nothing of them is in the change log.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use profile_ports::{Reply, ReplyKey, Reserved, Unavailable};

use crate::{column::Instant, engine::Engine, reading::Unreadable, schema::kept_reply};

/// What is known of a key: the fingerprint of its request and, once there is one, status and body of the reply.
type Known = (String, Option<i32>, Option<String>);

fn read(known: Known, fingerprint: &str) -> Result<Reserved, Unreadable> {
    match known {
        (stored, _, _) if stored != fingerprint => Ok(Reserved::Other),
        (_, Some(status), Some(body)) => {
            let status = u16::try_from(status).map_err(|_| Unreadable)?;
            Ok(Reserved::Answered(Reply { status, body }))
        }
        _ => Ok(Reserved::Running),
    }
}

/// Reserves a key for a request; where it is not fresh, returns what is known of it.
pub async fn reserve_reply(
    engine: &impl Engine,
    key: &ReplyKey,
    fingerprint: &str,
    at: DateTime<Utc>,
) -> Result<Reserved, Unavailable> {
    let ReplyKey { caller, key } = key.clone();
    let reservation = diesel::insert_into(kept_reply::table)
        .values((
            kept_reply::caller.eq(caller.clone()),
            kept_reply::key.eq(key.clone()),
            kept_reply::fingerprint.eq(fingerprint.to_owned()),
            kept_reply::reserved_at.eq(Instant(at)),
        ))
        .on_conflict_do_nothing();
    if engine.execute(reservation).await? == 1 {
        return Ok(Reserved::Fresh);
    }
    let query = kept_reply::table.find((caller, key)).limit(1).select((
        kept_reply::fingerprint,
        kept_reply::status,
        kept_reply::body,
    ));
    match engine.first::<_, Known>(query).await? {
        Some(known) => read(known, fingerprint).map_err(Unavailable::database),
        // Released in the meantime: who asks again may find it fresh.
        None => Ok(Reserved::Running),
    }
}

/// Stores the reply to the request that has a key.
pub async fn keep_reply(engine: &impl Engine, key: &ReplyKey, reply: &Reply) -> Result<(), Unavailable> {
    let ReplyKey { caller, key } = key.clone();
    let Reply { status, body } = reply.clone();
    let kept = diesel::update(kept_reply::table.find((caller, key)))
        .set((kept_reply::status.eq(i32::from(status)), kept_reply::body.eq(body)));
    engine.execute(kept).await.map(drop)
}

/// Says that the request that has a key goes on.
pub async fn renew_reply(engine: &impl Engine, key: &ReplyKey, at: DateTime<Utc>) -> Result<(), Unavailable> {
    let ReplyKey { caller, key } = key.clone();
    let running = kept_reply::table.find((caller, key)).filter(kept_reply::status.is_null());
    engine.execute(diesel::update(running).set(kept_reply::reserved_at.eq(Instant(at)))).await.map(drop)
}

/// Makes a key free.
pub async fn release_reply(engine: &impl Engine, key: &ReplyKey) -> Result<(), Unavailable> {
    let ReplyKey { caller, key } = key.clone();
    engine.execute(diesel::delete(kept_reply::table.find((caller, key)))).await.map(drop)
}

/// Removes old replies, and reservations of requests that have ended without one; returns how many.
pub async fn forget_replies(
    engine: &impl Engine,
    kept_since: DateTime<Utc>,
    running_since: DateTime<Utc>,
) -> Result<usize, Unavailable> {
    let old = kept_reply::reserved_at.lt(Instant(kept_since));
    let abandoned = kept_reply::status.is_null().and(kept_reply::reserved_at.lt(Instant(running_since)));
    engine.execute(diesel::delete(kept_reply::table.filter(old.or(abandoned)))).await
}
