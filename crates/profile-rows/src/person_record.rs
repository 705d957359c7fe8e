//! Which records are or were a person's: an index of the log by person, which is written when a record begins or changes its
//! person, so that no other update pays for it.

use diesel::prelude::*;
use profile_domain::{PersonId, change::RecordKind};
use profile_ports::{RecordRef, Unavailable};

use crate::{engine::Queries, schema::person_record, statement::Statement};

/// Keys that are read at once.
const PAGE: i64 = 1_000;

#[derive(Insertable)]
#[diesel(table_name = person_record)]
struct PersonRecordRow {
    root: String,
    kind: String,
    key: String,
}

/// Notes that a record is a person's; it may be noted already.
#[must_use]
pub fn note(person: PersonId, kind: RecordKind, key: &str) -> impl Statement + use<> {
    let row =
        PersonRecordRow { root: person.0.to_string(), kind: kind.name().to_owned(), key: key.to_owned() };
    diesel::insert_into(person_record::table).values(row).on_conflict_do_nothing()
}

/// Returns some keys of the records of the kind of `after` that are or were a person's, behind its key, by the bytes of the keys.
pub(crate) async fn keys_of(
    engine: &impl Queries,
    person: PersonId,
    after: RecordRef<'_>,
) -> Result<Vec<String>, Unavailable> {
    let query = person_record::table
        .filter(person_record::root.eq(person.0.to_string()))
        .filter(person_record::kind.eq(after.kind.name().to_owned()))
        .filter(person_record::key.gt(after.key.to_owned()))
        .order(person_record::key)
        .limit(PAGE)
        .select(person_record::key);
    engine.load(query).await
}
