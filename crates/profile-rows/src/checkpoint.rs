//! Checkpoints of the log, and the digests that they are made of.

use diesel::prelude::*;
use profile_domain::{
    chain::{Checkpoint, SignedCheckpoint},
    change::Digest,
};
use profile_ports::{LogRange, Page, Unavailable};
use uuid::Uuid;

use crate::{
    column::{Id, Instant},
    engine::Queries,
    reading::{Unreadable, records},
    schema::{changes, checkpoint},
    selection::columns_of,
};

/// The row of a checkpoint. No two have the same predecessor; that of the first is nil.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = checkpoint)]
struct CheckpointRow {
    position: Id,
    predecessor: Id,
    count: i64,
    digest: Vec<u8>,
    at: Instant,
    jws: String,
}

impl TryFrom<CheckpointRow> for SignedCheckpoint {
    type Error = Unreadable;

    fn try_from(row: CheckpointRow) -> Result<Self, Unreadable> {
        let CheckpointRow { position, predecessor: _, count, digest, at, jws } = row;
        let (position, digest) = (position.uuid()?, read_digest(digest)?);
        Ok(Self { checkpoint: Checkpoint { position, count, digest, at: at.into() }, jws })
    }
}

fn read_digest(column: Vec<u8>) -> Result<Digest, Unreadable> {
    column.try_into().map(Digest).map_err(|_| Unreadable("digest"))
}

/// Adds a checkpoint, unless another one follows the one before it.
pub async fn add_checkpoint(
    engine: &impl Queries,
    signed: &SignedCheckpoint,
    before: Option<Uuid>,
) -> Result<bool, Unavailable> {
    let SignedCheckpoint { checkpoint: Checkpoint { position, count, digest, at }, jws } = signed;
    let row = CheckpointRow {
        position: Id::from(*position),
        predecessor: Id::from(before.unwrap_or(Uuid::nil())),
        count: *count,
        digest: digest.0.to_vec(),
        at: Instant(*at),
        jws: jws.clone(),
    };
    let insert = diesel::insert_into(checkpoint::table).values(row).on_conflict_do_nothing();
    Ok(engine.execute(insert).await? == 1)
}

/// Returns the last checkpoint.
pub async fn last_checkpoint(engine: &impl Queries) -> Result<Option<SignedCheckpoint>, Unavailable> {
    let query =
        checkpoint::table.order(checkpoint::position.desc()).limit(1).select(columns_of::<CheckpointRow>());
    let found: Option<CheckpointRow> = engine.first(query).await?;
    found
        .map(TryInto::try_into)
        .transpose()
        .map_err(|unreadable: Unreadable| unreadable.of("checkpoint", "the last"))
}

/// Returns a page of the checkpoints, oldest first.
pub async fn checkpoints_behind(
    engine: &impl Queries,
    page: Page<Uuid>,
) -> Result<Vec<SignedCheckpoint>, Unavailable> {
    let query = checkpoint::table
        .filter(checkpoint::position.gt(Id::from(page.after.unwrap_or(Uuid::nil()))))
        .order(checkpoint::position)
        .limit(page.limit.into())
        .select(columns_of::<CheckpointRow>());
    records::<CheckpointRow, _>("checkpoint", engine.load(query).await?)
}

/// Returns positions and digests of the changes of a range of the log, in their order.
pub async fn digests_behind(
    engine: &impl Queries,
    LogRange { after, until, limit }: LogRange,
) -> Result<Vec<(Uuid, Digest)>, Unavailable> {
    let query = changes::table
        .filter(changes::id.gt(Id::from(after.unwrap_or(Uuid::nil()))))
        .filter(changes::id.le(Id::from(until)))
        .order(changes::id)
        .limit(limit.into())
        .select((changes::id, changes::digest));
    let rows: Vec<(Id, Vec<u8>)> = engine.load(query).await?;
    let read = |(id, digest): (Id, Vec<u8>)| Ok((id.uuid()?, read_digest(digest)?));
    let unreadable = |unreadable: Unreadable| unreadable.of("changes", "of a list");
    rows.into_iter().map(|row| read(row).map_err(unreadable)).collect()
}
