//! Kept replies. They are no part of any profile, so nothing of them is in the change log.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use profile_ports::{Replies, Reply, ReplyKey, Reserved, Unavailable};

use crate::{Store, reading::Unreadable, schema::kept_reply};

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

#[async_trait]
impl Replies for Store {
    async fn reserve_reply(
        &self,
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
                kept_reply::reserved_at.eq(at),
            ))
            .on_conflict_do_nothing();
        if execute!(self, reservation)? == 1 {
            return Ok(Reserved::Fresh);
        }
        let query = kept_reply::table.find((caller, key)).select((
            kept_reply::fingerprint,
            kept_reply::status,
            kept_reply::body,
        ));
        match first!(self, Known, query)? {
            Some(known) => read(known, fingerprint).map_err(Unavailable::database),
            // Released in the meantime: who asks again may find it fresh.
            None => Ok(Reserved::Running),
        }
    }

    async fn keep_reply(&self, key: &ReplyKey, reply: &Reply) -> Result<(), Unavailable> {
        let ReplyKey { caller, key } = key.clone();
        let Reply { status, body } = reply.clone();
        let kept = diesel::update(kept_reply::table.find((caller, key)))
            .set((kept_reply::status.eq(i32::from(status)), kept_reply::body.eq(body)));
        execute!(self, kept).map(drop)
    }

    async fn renew_reply(&self, key: &ReplyKey, at: DateTime<Utc>) -> Result<(), Unavailable> {
        let ReplyKey { caller, key } = key.clone();
        let running = kept_reply::table.find((caller, key)).filter(kept_reply::status.is_null());
        execute!(self, diesel::update(running).set(kept_reply::reserved_at.eq(at))).map(drop)
    }

    async fn release_reply(&self, key: &ReplyKey) -> Result<(), Unavailable> {
        let ReplyKey { caller, key } = key.clone();
        execute!(self, diesel::delete(kept_reply::table.find((caller, key)))).map(drop)
    }

    async fn forget_replies(
        &self,
        kept_since: DateTime<Utc>,
        running_since: DateTime<Utc>,
    ) -> Result<usize, Unavailable> {
        let old = kept_reply::reserved_at.lt(kept_since);
        let abandoned = kept_reply::status.is_null().and(kept_reply::reserved_at.lt(running_since));
        execute!(self, diesel::delete(kept_reply::table.filter(old.or(abandoned))))
    }
}
