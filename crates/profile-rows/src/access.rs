//! Accesses to what is sensitive. They are no part of the change log.

use diesel::prelude::*;
use profile_domain::{
    PersonId,
    change::RecordKind,
    operator::{Access, Action},
};
use profile_ports::{AccessFilter, Page, Unavailable, columns};
use uuid::Uuid;

use crate::{
    column::{Id, Instant, Json},
    engine::Queries,
    reading::{Unreadable, records, text, words},
    schema::access,
    selection::columns_of,
    statement::Statement,
};

/// The row of an access.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = access)]
struct AccessRow {
    root: String,
    id: Id,
    at: Instant,
    person_id: Option<Id>,
    actor: String,
    request_id: String,
    action: String,
    kind: Option<String>,
    key: Option<String>,
    fields: Json,
    reason: String,
}

impl From<Access> for AccessRow {
    fn from(one: Access) -> Self {
        let Access { id, at, person, actor, request_id, action, kind, key, fields, reason } = one;
        let root = person.map(root_of).or_else(|| key.clone()).unwrap_or_else(|| id.to_string());
        Self {
            root,
            id: id.into(),
            at: Instant(at),
            person_id: person.map(Id::from),
            actor,
            request_id,
            action: action.name().to_owned(),
            kind: kind.map(|kind| kind.name().to_owned()),
            key,
            fields: Json::from(columns::words(fields.iter().map(String::as_str))),
            reason: reason.into_string(),
        }
    }
}

impl TryFrom<AccessRow> for Access {
    type Error = Unreadable;

    fn try_from(row: AccessRow) -> Result<Self, Unreadable> {
        let AccessRow { root: _, id, at, person_id, actor, request_id, action, kind, key, fields, reason } =
            row;
        let kind_of = |name: String| RecordKind::from_name(&name).ok_or(Unreadable("kind"));
        Ok(Self {
            id: id.uuid()?,
            at: at.into(),
            person: person_id.map(Id::person).transpose()?,
            actor,
            request_id,
            action: Action::from_name(&action).ok_or(Unreadable("action"))?,
            kind: kind.map(kind_of).transpose()?,
            key,
            fields: words("fields", &fields, |name| Some(name.to_owned()))?,
            reason: text("reason", reason)?,
        })
    }
}

/// Returns the root of what was done with the records of a person.
fn root_of(person: PersonId) -> String {
    person.0.to_string()
}

/// Stores an access.
pub async fn add_access(engine: &impl Queries, access: &Access) -> Result<(), Unavailable> {
    engine.execute(insert_access(access)).await.map(drop)
}

/// Stores an access as part of a commit.
pub(crate) fn insert_access(access: &Access) -> impl Statement + use<> {
    diesel::insert_into(access::table).values(AccessRow::from(access.clone()))
}

/// Returns a page of the accesses, newest first.
pub async fn list_accesses(
    engine: &impl Queries,
    of: &AccessFilter,
    page: Page<Uuid>,
) -> Result<Vec<Access>, Unavailable> {
    let AccessFilter { person, actors } = of;
    let earlier = access::table
        .filter(access::id.lt(Id::from(page.after.unwrap_or(Uuid::max()))))
        .order(access::id.desc())
        .limit(page.limit.into())
        .select(columns_of::<AccessRow>());
    let about =
        |person: PersonId| access::root.eq(root_of(person)).and(access::person_id.eq(Id::from(person)));
    let by = access::actor.eq_any(actors.iter().cloned().collect::<Vec<_>>());
    let rows = match (*person, actors.is_empty()) {
        (None, true) => engine.load(earlier).await?,
        (Some(person), true) => engine.load(earlier.filter(about(person))).await?,
        (None, false) => engine.load(earlier.filter(by)).await?,
        (Some(person), false) => engine.load(earlier.filter(about(person)).filter(by)).await?,
    };
    records::<AccessRow, _>("access", rows)
}
