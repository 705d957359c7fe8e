//! Schema and durability of the database.

use std::time::Duration;

use async_trait::async_trait;
use diesel::{pg::Pg, prelude::*, sql_types::Text};
use diesel_async::{
    AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, pooled_connection::deadpool::Object,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use profile_ports::{Database, NotDurable, Unavailable};

use crate::{PostgresStore, error::unavailable};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// The settings that decide whether an acknowledged commit survives a crash, the values that do not, and what to set.
const DURABILITY: [(&str, &[&str], &str); 3] =
    [("fsync", &["off"], "on"), ("full_page_writes", &["off"], "on"), ("synchronous_commit", &["off"], "on")];

/// How often, and after which pause, a migration is tried that another server may be applying.
const ATTEMPTS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);

type Harness = AsyncMigrationHarness<Object<AsyncPgConnection>>;

fn names(harness: &mut Harness) -> Result<Vec<String>, Unavailable> {
    let pending =
        MigrationHarness::<Pg>::pending_migrations(harness, MIGRATIONS).map_err(Unavailable::database)?;
    Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
}

#[async_trait]
impl Database for PostgresStore {
    async fn pending_migrations(&self) -> Result<Vec<String>, Unavailable> {
        names(&mut AsyncMigrationHarness::new(self.connection().await?))
    }

    async fn migrate(&self) -> Result<Vec<String>, Unavailable> {
        let mut harness = AsyncMigrationHarness::new(self.connection().await?);
        let mut attempt = 1;
        loop {
            let pending = names(&mut harness)?;
            let Err(error) = harness.run_pending_migrations(MIGRATIONS).map(|_| ()) else {
                drop(harness);
                self.fold_names().await?;
                return Ok(pending);
            };
            // Another server may be faster; then ours has failed without harm, and soon there is nothing left to do.
            if attempt == ATTEMPTS {
                return Err(Unavailable::database(error));
            }
            attempt += 1;
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn check_durability(&self) -> Result<(), NotDurable> {
        #[derive(QueryableByName)]
        struct Setting {
            #[diesel(sql_type = Text)]
            value: String,
        }

        let mut connection = self.connection().await?;
        for (setting, refused, needed) in DURABILITY {
            let Setting { value } = diesel::sql_query("SELECT current_setting($1) AS value")
                .bind::<Text, _>(setting)
                .get_result(&mut connection)
                .await
                .map_err(unavailable)?;
            if refused.contains(&value.as_str()) {
                return Err(NotDurable::Setting { setting, value, needed });
            }
        }
        Ok(())
    }

    async fn claim(&self) -> Result<(), Unavailable> {
        Ok(())
    }
}
