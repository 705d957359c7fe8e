//! The people behind the facets.

use async_trait::async_trait;
use diesel::{dsl::now, prelude::*};
use diesel_async::RunQueryDsl;
use profile_domain::{PersonId, Text};
use profile_ports::{Persons, Unavailable};
use uuid::Uuid;

use crate::{PostgresStore, error::unavailable, schema::person};

#[async_trait]
impl Persons for PostgresStore {
    async fn find_person(&self, alias: &Text) -> Result<Option<PersonId>, Unavailable> {
        let mut connection = self.connection().await?;
        let found: Option<Uuid> = person::table
            .filter(person::alias.eq(alias.as_str()))
            .select(person::person_id)
            .first(&mut connection)
            .await
            .optional()
            .map_err(unavailable)?;
        Ok(found.map(PersonId))
    }

    async fn person_called(&self, alias: &Text, fresh: PersonId) -> Result<PersonId, Unavailable> {
        if let Some(known) = self.find_person(alias).await? {
            return Ok(known);
        }
        let mut connection = self.connection().await?;
        diesel::insert_into(person::table)
            .values((
                person::person_id.eq(fresh.0),
                person::alias.eq(alias.as_str()),
                person::created_at.eq(now),
            ))
            .on_conflict(person::alias)
            .do_nothing()
            .execute(&mut connection)
            .await
            .map_err(unavailable)?;
        drop(connection);
        Ok(self.find_person(alias).await?.unwrap_or(fresh))
    }
}
