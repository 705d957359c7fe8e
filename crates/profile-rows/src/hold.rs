//! The holds of people: one row for each person about whom anybody has decided.

use diesel::prelude::*;
use profile_domain::{PersonId, change::RecordKind, operator::Hold};
use profile_ports::{HoldState, Unavailable, columns};
use serde_json::json;

use crate::{
    column::{Instant, Json},
    engine::Queries,
    reading::{Unreadable, text, words},
    schema::hold,
    selection::columns_of,
    statement::{Statement, json_statement},
};

/// Makes the row or moves its version, if that is the one that was read. Either way the row is locked until the commit.
const DECIDE: &str = "\
    INSERT INTO hold (root, version) \
    SELECT :json ->> 'person', CAST(:json ->> 'base' AS bigint) + 1 WHERE true \
    ON CONFLICT (root) DO UPDATE SET version = excluded.version WHERE hold.version = excluded.version - 1";

/// The row of a hold.
#[derive(Queryable, Selectable)]
#[diesel(table_name = hold)]
struct HoldRow {
    version: i64,
    kinds: Option<Json>,
    reason: Option<String>,
    until: Option<Instant>,
    held_at: Option<Instant>,
    held_by: Option<String>,
}

impl TryFrom<HoldRow> for HoldState {
    type Error = Unreadable;

    fn try_from(row: HoldRow) -> Result<Self, Unreadable> {
        let HoldRow { version, kinds, reason, until, held_at, held_by } = row;
        let Some(kinds) = kinds else { return Ok(Self { version, hold: None }) };
        let hold = Hold {
            kinds: words("kinds", &kinds, RecordKind::from_name)?,
            reason: text("reason", reason.unwrap_or_default())?,
            until: until.map(Into::into),
            at: held_at.ok_or(Unreadable("held_at"))?.into(),
            by: held_by.ok_or(Unreadable("held_by"))?,
        };
        Ok(Self { version, hold: Some(hold) })
    }
}

/// Returns the hold of a person.
pub(crate) async fn find_hold(engine: &impl Queries, person: PersonId) -> Result<HoldState, Unavailable> {
    let root = person.0.to_string();
    let query = hold::table.filter(hold::root.eq(root.clone())).limit(1).select(columns_of::<HoldRow>());
    let found: Option<HoldRow> = engine.first(query).await?;
    let state = found.map(TryInto::try_into).transpose();
    Ok(state.map_err(|unreadable: Unreadable| unreadable.of("hold", root))?.unwrap_or_default())
}

/// Moves the version of a person's hold from `base`.
pub(crate) fn decide<E: Queries>(person: PersonId, base: i64) -> impl Statement + use<E> {
    let parameter = json!({ "person": person.0, "base": base });
    json_statement::<E>(DECIDE, &parameter)
}

/// Places or releases a hold; the row is there.
pub(crate) fn place(person: PersonId, placed: Option<&Hold>) -> impl Statement + use<> {
    let kinds = |hold: &Hold| Json::from(columns::words(hold.kinds.iter().map(|kind| kind.name())));
    diesel::update(hold::table.filter(hold::root.eq(person.0.to_string()))).set((
        hold::kinds.eq(placed.map(kinds)),
        hold::reason.eq(placed.map(|hold| hold.reason.as_str().to_owned())),
        hold::until.eq(placed.and_then(|hold| hold.until).map(Instant)),
        hold::held_at.eq(placed.map(|hold| Instant(hold.at))),
        hold::held_by.eq(placed.map(|hold| hold.by.clone())),
    ))
}
