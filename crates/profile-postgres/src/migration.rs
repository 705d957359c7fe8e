//! Bringing the schema up to date, one server at a time and without limits on how long it takes.

use std::{error::Error, time::Duration};

use diesel::{connection::SimpleConnection as _, migration::Migration, pg::Pg, prelude::*};
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use profile_ports::Unavailable;

use crate::{
    PostgresStore,
    link::Link,
    server::{MIGRATION_LOCK, Session, local},
};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// How often a migration is tried whose tables are in use, and the pause in between.
const ATTEMPTS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(500);

/// The SQLSTATEs of what another session stands in the way of for the moment: a lock, a deadlock, or the same table,
/// type, row or object that it makes just now.
const CONTENDED: [&str; 7] = ["55P03", "40P01", "23505", "42P07", "42710", "XX000", "40001"];

/// Where the server that migrates is known; its row is locked for as long.
const TURNS: &str = "CREATE TABLE IF NOT EXISTS migration_turn (id integer PRIMARY KEY); \
                     INSERT INTO migration_turn (id) VALUES (1) ON CONFLICT (id) DO NOTHING";
const TURN: &str = "SELECT id FROM migration_turn WHERE id = 1 FOR UPDATE";

pub(crate) type Fault = Box<dyn Error + Send + Sync>;
type Blocking = AsyncConnectionWrapper<Link>;

/// What is wanted of the migrations.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Work {
    /// To name those that are still to be applied.
    List,
    /// To apply and name them. Those who come meanwhile wait, and then find nothing to do.
    Apply,
}

/// Does `work`, again and again while others are in its way.
pub(crate) async fn migrate(store: &PostgresStore, work: Work) -> Result<Vec<String>, Unavailable> {
    let mut attempt = 1;
    loop {
        match once(store, work).await {
            Err(fault) if attempt < ATTEMPTS && is_contended(&*fault) => attempt += 1,
            outcome => return outcome.map_err(Unavailable::database),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn once(store: &PostgresStore, work: Work) -> Result<Vec<String>, Fault> {
    let outstanding = on_a_thread(store, list).await?;
    if matches!(work, Work::List) || outstanding.is_empty() {
        return Ok(outstanding);
    }
    let turn = Turn::take(store).await?;
    let applied = on_a_thread(store, apply).await?;
    turn.end().await?;
    Ok(applied)
}

/// The right to change the schema, which one server has at a time.
pub(crate) struct Turn(Link);

impl Turn {
    /// Waits for the turn, as long as it takes.
    pub(crate) async fn take(store: &PostgresStore) -> Result<Self, Fault> {
        let link = store.server.connect(Session::Migration).await?;
        link.run(TURNS).await?;
        let wait = local(Duration::ZERO, Duration::ZERO, Duration::ZERO);
        link.run(&format!("BEGIN; {wait}; {TURN}")).await?;
        Ok(Self(link))
    }

    /// Gives the turn to the next one.
    pub(crate) async fn end(self) -> Result<(), Fault> {
        Ok(self.0.run("COMMIT").await?)
    }
}

/// Diesel hands on the text of an error alone, which ends with the SQLSTATE.
fn is_contended(fault: &(dyn Error + Send + Sync)) -> bool {
    let text = fault.to_string();
    CONTENDED.iter().any(|code| text.ends_with(&format!("({code})")))
}

/// Diesel migrates on a connection that blocks its thread.
async fn on_a_thread(
    store: &PostgresStore,
    work: fn(&mut Blocking) -> Result<Vec<String>, Fault>,
) -> Result<Vec<String>, Fault> {
    let link = store.server.connect(Session::Migration).await?;
    tokio::task::spawn_blocking(move || work(&mut Blocking::from(link))).await?
}

fn outstanding(connection: &mut Blocking) -> Result<Vec<Box<dyn Migration<Pg>>>, Fault> {
    MigrationHarness::<Pg>::pending_migrations(connection, MIGRATIONS)
}

fn list(connection: &mut Blocking) -> Result<Vec<String>, Fault> {
    Ok(outstanding(connection)?.iter().map(|migration| migration.name().to_string()).collect())
}

fn apply(connection: &mut Blocking) -> Result<Vec<String>, Fault> {
    let mut applied = Vec::new();
    for migration in outstanding(connection)? {
        if migration.metadata().run_in_transaction() {
            connection.transaction::<_, Fault, _>(|connection| {
                // Again for this transaction: a pooler may give it another session.
                connection.batch_execute(&local(Duration::ZERO, MIGRATION_LOCK, Duration::ZERO))?;
                connection.run_migration(&*migration)
            })?;
        } else {
            connection.run_migration(&*migration)?;
        }
        applied.push(migration.name().to_string());
    }
    Ok(applied)
}
