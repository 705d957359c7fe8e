//! Schema, durability and sole ownership of the file.

use std::{fs::OpenOptions, os::unix::fs::OpenOptionsExt as _, path::Path, thread, time::Duration};

use async_trait::async_trait;
use diesel::{
    connection::SimpleConnection as _,
    prelude::*,
    result::Error,
    sql_types::{BigInt, Text},
    sqlite::Sqlite,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use profile_ports::{Database, NotDurable, Unavailable};
use profile_rows::schema::verification;
use tokio::time::{Instant, sleep};

use crate::{SqliteStore, store::connect};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");

/// A server that was killed a moment ago may still be about to let go of its file.
const CLAIM_WAIT: Duration = Duration::from_secs(2);
const CLAIM_PAUSE: Duration = Duration::from_millis(20);

/// SQLite's number for `synchronous = FULL`.
const FULL: i64 = 2;

#[derive(QueryableByName)]
struct Durability {
    #[diesel(sql_type = BigInt)]
    synchronous: i64,
    #[diesel(sql_type = Text)]
    journal_mode: String,
}

fn names(connection: &mut SqliteConnection) -> Result<Vec<String>, Unavailable> {
    let pending = MigrationHarness::<Sqlite>::pending_migrations(connection, MIGRATIONS)
        .map_err(Unavailable::database)?;
    Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
}

impl SqliteStore {
    /// Works on a connection of its own, off the async threads.
    pub(crate) async fn administer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut SqliteConnection) -> Result<T, Unavailable> + Send + 'static,
    ) -> Result<T, Unavailable> {
        let path = self.path.clone();
        let run = move || connect(&path).and_then(|mut connection| work(&mut connection));
        tokio::task::spawn_blocking(run).await.map_err(Unavailable::database)?
    }
}

/// How often an empty log is asked for, until no reader is in the way.
const WAL_TRIES: u32 = 60;
/// How long one try waits for readers, and nobody can write meanwhile.
const WAL_PATIENCE: &str = "PRAGMA busy_timeout = 200;";
/// How long others have between two tries.
const WAL_PAUSE: Duration = Duration::from_millis(200);

/// How many tables there are.
#[derive(QueryableByName)]
struct Tables {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// What a checkpoint says of itself.
#[derive(QueryableByName)]
struct Checkpointed {
    #[diesel(sql_type = BigInt)]
    busy: i64,
}

impl SqliteStore {
    /// Moves all of the log into the file, and leaves an empty log.
    pub(crate) async fn empty_wal(&self) -> Result<(), Unavailable> {
        self.administer(|connection| {
            connection.batch_execute(WAL_PATIENCE).map_err(Unavailable::database)?;
            for _ in 0..WAL_TRIES {
                let checkpoint = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)");
                let Checkpointed { busy } =
                    checkpoint.get_result(connection).map_err(Unavailable::database)?;
                if busy == 0 {
                    return Ok(());
                }
                thread::sleep(WAL_PAUSE);
            }
            Err(Unavailable::database("the log of the database is in use"))
        })
        .await
    }
}

/// Removes from a copy what was found in the file that it is of: nobody has verified the copy.
fn forget_verification(copy: &Path) -> Result<(), Unavailable> {
    let mut copy = connect(copy)?;
    // One that was never migrated has no tables.
    let is_there = "SELECT count(*) AS number FROM sqlite_master WHERE name = 'verification'";
    let Tables { number } =
        diesel::sql_query(is_there).get_result(&mut copy).map_err(Unavailable::database)?;
    if number > 0 {
        diesel::delete(verification::table).execute(&mut copy).map_err(Unavailable::database)?;
    }
    // A file alone is copied on, without a log beside it.
    copy.batch_execute("PRAGMA journal_mode = DELETE").map_err(Unavailable::database)
}

#[async_trait]
impl Database for SqliteStore {
    async fn pending_migrations(&self) -> Result<Vec<String>, Unavailable> {
        self.administer(names).await
    }

    async fn migrate(&self) -> Result<Vec<String>, Unavailable> {
        self.administer(|connection| {
            // Immediate, so that of two processes the second waits and then finds nothing to do.
            let migrated = connection.immediate_transaction::<_, Error, _>(|connection| {
                let pending = MigrationHarness::<Sqlite>::pending_migrations(connection, MIGRATIONS);
                let pending = pending.map_err(Error::QueryBuilderError)?;
                connection.run_migrations(&pending).map_err(Error::QueryBuilderError)?;
                Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
            });
            migrated.map_err(Unavailable::database)
        })
        .await
    }

    async fn check_durability(&self) -> Result<(), NotDurable> {
        let query = "SELECT synchronous, journal_mode FROM pragma_synchronous, pragma_journal_mode";
        let Durability { synchronous, journal_mode } = self
            .administer(move |connection| {
                diesel::sql_query(query).get_result(connection).map_err(Unavailable::database)
            })
            .await?;
        if synchronous < FULL {
            let value = synchronous.to_string();
            return Err(NotDurable::Setting { setting: "synchronous", value, needed: "FULL" });
        }
        if journal_mode != "wal" {
            return Err(NotDurable::Setting { setting: "journal_mode", value: journal_mode, needed: "wal" });
        }
        Ok(())
    }

    async fn snapshot(&self, to: &Path) -> Result<(), Unavailable> {
        let to = to.to_string_lossy().into_owned();
        self.administer(move |connection| {
            let copy = diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(&to);
            copy.execute(connection).map_err(Unavailable::database)?;
            forget_verification(Path::new(&to))
        })
        .await
    }

    async fn claim(&self) -> Result<(), Unavailable> {
        let mut name = self.path.clone().into_os_string();
        name.push(".lock");
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(name)
            .map_err(Unavailable::database)?;
        let waits = Instant::now() + CLAIM_WAIT;
        while file.try_lock().is_err() {
            if Instant::now() > waits {
                return Err(Unavailable::database("another server is using it"));
            }
            sleep(CLAIM_PAUSE).await;
        }
        self.claim.lock().map_err(|_| Unavailable::database("poisoned"))?.replace(file);
        Ok(())
    }
}
