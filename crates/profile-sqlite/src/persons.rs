//! The people behind the facets.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use diesel::{dsl::now, prelude::*};
use profile_domain::{PersonId, Text};
use profile_ports::{Persons, Unavailable};

use crate::{SqliteStore, column, schema::person};

/// The person of a creation, who may be known already.
pub(crate) fn ensure(
    connection: &mut SqliteConnection,
    id: PersonId,
    at: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::insert_into(person::table)
        .values((person::person_id.eq(id.0.to_string()), person::created_at.eq(at)))
        .on_conflict_do_nothing()
        .execute(connection)
}

#[async_trait]
impl Persons for SqliteStore {
    async fn find_person(&self, alias: &Text) -> Result<Option<PersonId>, Unavailable> {
        let alias = alias.as_str().to_owned();
        let find = move |connection: &mut SqliteConnection| {
            person::table
                .filter(person::alias.eq(alias))
                .select(person::person_id)
                .first::<String>(connection)
                .optional()
        };
        let found = self.read(find).await?;
        found.map(column::person).transpose().map_err(Unavailable::database)
    }

    async fn person_called(&self, alias: &Text, fresh: PersonId) -> Result<PersonId, Unavailable> {
        if let Some(known) = self.find_person(alias).await? {
            return Ok(known);
        }
        let called = alias.as_str().to_owned();
        let make = move |connection: &mut SqliteConnection| {
            diesel::insert_into(person::table)
                .values((
                    person::person_id.eq(fresh.0.to_string()),
                    person::alias.eq(called),
                    person::created_at.eq(now),
                ))
                .on_conflict(person::alias)
                .do_nothing()
                .execute(connection)
        };
        self.write(make).await.map_err(Unavailable::database)?;
        Ok(self.find_person(alias).await?.unwrap_or(fresh))
    }
}
