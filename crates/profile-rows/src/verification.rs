//! How the last verification of the records ended.

use diesel::prelude::*;
use profile_ports::{Unavailable, Verification};

use crate::{
    column::{Id, Instant},
    engine::Queries,
    reading::Unreadable,
    schema::verification,
    selection::columns_of,
};

/// The key of the one row.
const ONLY: i32 = 1;

/// The row, without its key.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = verification, treat_none_as_null = true)]
struct VerificationRow {
    at: Instant,
    position: Option<Id>,
    records: i64,
    files: i64,
    changes: i64,
    findings: i64,
}

impl TryFrom<VerificationRow> for Verification {
    type Error = Unreadable;

    fn try_from(row: VerificationRow) -> Result<Self, Unreadable> {
        let VerificationRow { at, position, records, files, changes, findings } = row;
        let position = position.map(Id::uuid).transpose()?;
        Ok(Self { at: at.into(), position, records, files, changes, findings })
    }
}

/// Stores how a verification ended, in place of the one before.
pub async fn set_last_verification(
    engine: &impl Queries,
    verification: &Verification,
) -> Result<(), Unavailable> {
    let Verification { at, position, records, files, changes, findings } = *verification;
    let position = position.map(Id::from);
    let row = VerificationRow { at: Instant(at), position, records, files, changes, findings };
    let upsert = diesel::insert_into(verification::table)
        .values((verification::id.eq(ONLY), row.clone()))
        .on_conflict(verification::id)
        .do_update()
        .set(row);
    engine.execute(upsert).await.map(drop)
}

/// Returns the verification that was stored last.
pub async fn last_verification(engine: &impl Queries) -> Result<Option<Verification>, Unavailable> {
    let query = verification::table.find(ONLY).select(columns_of::<VerificationRow>());
    let found: Option<VerificationRow> = engine.first(query).await?;
    found
        .map(TryInto::try_into)
        .transpose()
        .map_err(|unreadable: Unreadable| unreadable.of("verification", ONLY.to_string()))
}
