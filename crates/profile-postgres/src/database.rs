//! Schema and durability of the database, and whether what stands before it will do.

use std::time::Duration;

use async_trait::async_trait;
use diesel::{prelude::*, sql_types::Text};
use profile_ports::{Database, NotDistributable, NotDurable, ReadOnly, Unavailable};
use tokio::time::timeout;

use crate::{
    PostgresStore,
    distribute::distribute,
    error::unavailable,
    failure::code,
    migration::{Work, migrate},
    server::Session,
};

/// The settings that decide whether an acknowledged commit survives a crash, the values that do not, and what to set.
const DURABILITY: [(&str, &[&str], &str); 3] =
    [("fsync", &["off"], "on"), ("full_page_writes", &["off"], "on"), ("synchronous_commit", &["off"], "on")];

/// The SQLSTATEs of a session that has not prepared a statement of this name, or has prepared another one.
const NOT_PREPARED: [&str; 2] = ["26000", "42P05"];
/// How long the check of a pooler waits for a session that it may not have.
const SECOND_SESSION: Duration = Duration::from_secs(2);

impl PostgresStore {
    /// Whether a statement that is prepared on a connection is there when it is used. A pooler may have another session take
    /// over in between; so one is kept busy meanwhile.
    async fn check_preparation(&self) -> Result<(), Unavailable> {
        if !self.server.prepared {
            return Ok(());
        }
        let one = self.server.connect(Session::Requests).await?;
        let other = self.server.connect(Session::Requests).await?;
        let statement = || diesel::select(diesel::dsl::now);
        let first = one.within(one.perform(one.outgoing(&statement()).map_err(unavailable)?)).await;
        other.within(other.run("BEGIN; SELECT 1")).await.map_err(unavailable)?;
        let second = one.perform(one.outgoing(&statement()).map_err(unavailable)?);
        let second = timeout(SECOND_SESSION, second).await.unwrap_or(Ok(0));
        other.within(other.run("ROLLBACK")).await.map_err(unavailable)?;
        match first.and(second) {
            Err(error) if code(&error).is_some_and(|code| NOT_PREPARED.contains(&code)) => {
                Err(Unavailable::database(
                    "the pooler before PostgreSQL does not keep prepared statements; use PgBouncer 1.21 or later with \
                     max_prepared_statements, or set PROFILE_DATABASE_PREPARED=off",
                ))
            }
            outcome => outcome.map(drop).map_err(unavailable),
        }
    }
}

#[async_trait]
impl Database for PostgresStore {
    async fn check_writable(&self) -> Result<(), Unavailable> {
        let link = self.server.connect(Session::Requests).await?;
        if link.is_read_only { Err(Unavailable::database(ReadOnly)) } else { Ok(()) }
    }

    async fn pending_migrations(&self) -> Result<Vec<String>, Unavailable> {
        // Diesel makes its table where it is not there, and asks for that each time.
        self.check_writable().await?;
        migrate(self, Work::List).await
    }

    async fn migrate(&self) -> Result<Vec<String>, Unavailable> {
        self.check_writable().await?;
        self.check_preparation().await?;
        migrate(self, Work::Apply).await
    }

    async fn distribute(&self) -> Result<Vec<String>, NotDistributable> {
        self.check_preparation().await?;
        distribute(self).await
    }

    async fn check_durability(&self) -> Result<(), NotDurable> {
        #[derive(QueryableByName)]
        struct Setting {
            #[diesel(sql_type = Text)]
            value: String,
        }

        let connection = self.connection().await?;
        for (setting, refused, needed) in DURABILITY {
            let query = diesel::sql_query("SELECT current_setting($1) AS value").bind::<Text, _>(setting);
            let values: Vec<Setting> = connection.load(query).await.map_err(unavailable)?;
            if let Some(Setting { value }) =
                values.into_iter().find(|it| refused.contains(&it.value.as_str()))
            {
                return Err(NotDurable::Setting { setting, value, needed });
            }
        }
        Ok(())
    }

    async fn claim(&self) -> Result<(), Unavailable> {
        Ok(())
    }
}
