//! Values that only one living record may have, each with the record that has it.

use diesel::prelude::*;
use profile_domain::{Claim, Saved};
use profile_ports::Unavailable;

use crate::{engine::Engine, reading::Unreadable, schema::claim, statement::Statement, stored::Stored};

/// The row of a claim.
#[derive(Insertable)]
#[diesel(table_name = claim)]
pub(crate) struct ClaimRow {
    pub(crate) kind: String,
    pub(crate) value: String,
    pub(crate) root: String,
    pub(crate) key: String,
}

/// Gives a value to the record with this root and key. The database refuses the row of a value that another record has.
#[must_use]
pub fn take(claimed: &Claim, root: &str, key: &str) -> impl Statement + use<> {
    let row = ClaimRow {
        kind: claimed.kind(),
        value: claimed.value.clone(),
        root: root.to_owned(),
        key: key.to_owned(),
    };
    diesel::insert_into(claim::table).values(row)
}

/// Takes a value from the record with this key, if that has it.
#[must_use]
pub fn free(claimed: &Claim, key: &str) -> impl Statement + use<> {
    let held = claim::table.find((claimed.kind(), claimed.value.clone()));
    diesel::delete(held.filter(claim::key.eq(key.to_owned())))
}

/// Returns the key of the record that has a value.
pub async fn holder(engine: &impl Engine, kind: &str, value: &str) -> Result<Option<String>, Unavailable> {
    engine.first(claim::table.find((kind.to_owned(), value.to_owned())).limit(1).select(claim::key)).await
}

/// Returns the record that has a value.
pub(crate) async fn claimant<T: Stored>(
    engine: &impl Engine,
    claimed: &Claim,
) -> Result<Option<Saved<T>>, Unavailable> {
    let Some(key) = holder(engine, &claimed.kind(), &claimed.value).await? else { return Ok(None) };
    let key = T::parse_key(&key).ok_or_else(|| Unavailable::database(Unreadable))?;
    let found = engine.find::<T>(&key).await?;
    // The record may have given the value up since.
    Ok(found.filter(|found| found.claims().contains(claimed)))
}
