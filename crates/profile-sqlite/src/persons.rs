//! The people behind the facets.

use diesel::prelude::*;
use profile_domain::PersonId;
use profile_rows::{Id, Instant, schema::person};

/// Makes the person of a creation, who may be known already.
pub(crate) fn ensure(connection: &mut SqliteConnection, person: PersonId, at: Instant) -> QueryResult<usize> {
    diesel::insert_into(person::table)
        .values((person::person_id.eq(Id::from(person)), person::created_at.eq(at)))
        .on_conflict_do_nothing()
        .execute(connection)
}
