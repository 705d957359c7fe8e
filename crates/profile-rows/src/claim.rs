//! Values that only one living record may have, each with the record that has it.

use diesel::prelude::*;
use profile_domain::Claim;
use profile_ports::Unavailable;

use crate::{engine::Queries, schema::claim, statement::Statement};

/// The row of a claim. Its root is the value, because that is what must be found and what nobody else may have.
#[derive(Insertable)]
#[diesel(table_name = claim)]
pub(crate) struct ClaimRow {
    pub(crate) root: String,
    pub(crate) kind: String,
    pub(crate) record_root: String,
    pub(crate) key: String,
}

/// Gives a value to the record with this root and key. The database refuses the row of a value that another record has.
#[must_use]
pub fn take(claimed: &Claim, root: &str, key: &str) -> impl Statement + use<> {
    let row = ClaimRow {
        root: claimed.value.clone(),
        kind: claimed.kind(),
        record_root: root.to_owned(),
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

/// Returns the key of the record that has a claim.
pub async fn holder_of(engine: &impl Queries, claimed: &Claim) -> Result<Option<String>, Unavailable> {
    holder(engine, claimed.kind(), claimed.value.clone()).await
}

pub(crate) async fn holder(
    engine: &impl Queries,
    kind: String,
    value: String,
) -> Result<Option<String>, Unavailable> {
    engine.first(claim::table.find((kind, value)).limit(1).select(claim::key)).await
}
