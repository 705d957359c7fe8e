//! Kept replies. They are no part of any profile, so nothing of them is in the change log.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use profile_ports::{KeptReply, Reply, ReplyKey, Unavailable};

use crate::{
    column::Instant, engine::Queries, reading::Unreadable, schema::kept_reply, selection::columns_of,
    statement::Statement,
};

/// The row of a reply.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = kept_reply)]
struct ReplyRow {
    caller: String,
    key: String,
    fingerprint: String,
    replied_at: Instant,
    status: i32,
    body: String,
}

impl From<KeptReply> for ReplyRow {
    fn from(kept: KeptReply) -> Self {
        let KeptReply { key: ReplyKey { caller, key }, fingerprint, reply: Reply { status, body }, at } =
            kept;
        Self { caller, key, fingerprint, replied_at: Instant(at), status: status.into(), body }
    }
}

impl TryFrom<ReplyRow> for KeptReply {
    type Error = Unreadable;

    fn try_from(row: ReplyRow) -> Result<Self, Unreadable> {
        let ReplyRow { caller, key, fingerprint, replied_at, status, body } = row;
        let status = u16::try_from(status).map_err(|_| Unreadable("status"))?;
        let key = ReplyKey { caller, key };
        Ok(Self { key, fingerprint, reply: Reply { status, body }, at: replied_at.into() })
    }
}

/// Returns the reply that is kept under a key.
pub async fn find_reply(engine: &impl Queries, key: &ReplyKey) -> Result<Option<KeptReply>, Unavailable> {
    let ReplyKey { caller, key } = key.clone();
    let query = kept_reply::table.find((caller, key)).limit(1).select(columns_of::<ReplyRow>());
    let found: Option<ReplyRow> = engine.first(query).await?;
    found
        .map(TryInto::try_into)
        .transpose()
        .map_err(|unreadable: Unreadable| unreadable.of("kept_reply", "of a request"))
}

/// Keeps a reply as part of a commit. The database refuses it where the key has one.
#[must_use]
pub fn insert_reply(reply: &KeptReply) -> impl Statement + use<> {
    diesel::insert_into(kept_reply::table).values(ReplyRow::from(reply.clone()))
}

/// Keeps a reply unless its key has one; returns whether it had none.
pub async fn keep_reply(engine: &impl Queries, reply: &KeptReply) -> Result<bool, Unavailable> {
    let row = ReplyRow::from(reply.clone());
    let kept = diesel::insert_into(kept_reply::table).values(row).on_conflict_do_nothing();
    Ok(engine.execute(kept).await? == 1)
}

/// Removes the replies that were made before `kept_since`; returns how many.
pub async fn forget_replies(engine: &impl Queries, kept_since: DateTime<Utc>) -> Result<usize, Unavailable> {
    let old = kept_reply::table.filter(kept_reply::replied_at.lt(Instant(kept_since)));
    engine.execute(diesel::delete(old)).await
}
