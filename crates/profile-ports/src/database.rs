//! The database as its operator sees it: schema and durability.

use std::path::Path;

use async_trait::async_trait;

use crate::Unavailable;

/// Why a store must not be served from.
#[derive(Debug, thiserror::Error)]
pub enum NotDurable {
    /// A setting of the database lets it forget what it has acknowledged.
    #[error("{setting} is {value}: the database could lose acknowledged updates; set it to {needed}")]
    Setting {
        /// The setting's name.
        setting: &'static str,
        /// What it is.
        value: String,
        /// What it must be.
        needed: &'static str,
    },
    /// The database did not say.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Why a store is not spread over a cluster. Unless it says otherwise, nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum NotDistributable {
    /// It is a file.
    #[error("it is one file; copy it to a cluster of Citus first (profile copy)")]
    File,
    /// It takes no writes.
    #[error("it is read-only")]
    ReadOnly,
    /// It is no cluster.
    #[error("it has no extension citus")]
    NoExtension,
    /// There are no machines to spread it over.
    #[error("the cluster has no active worker nodes")]
    NoWorkers,
    /// The database did not answer, or refused a step. What was done before stays; the same call goes on from there.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// The database behind a store, as the operator sees it.
#[async_trait]
pub trait Database: Send + Sync {
    /// Asks whether the database takes writes.
    ///
    /// # Errors
    /// [`Unavailable`]; because of [`ReadOnly`](crate::ReadOnly) where the database answers and takes none.
    async fn check_writable(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    /// The names of the migrations that are still to be applied.
    async fn pending_migrations(&self) -> Result<Vec<String>, Unavailable>;

    /// Applies every pending migration and names them. Several servers may do this at the same time.
    async fn migrate(&self) -> Result<Vec<String>, Unavailable>;

    /// Applies every pending migration and spreads the tables over the machines of a cluster that are not spread yet; names what was
    /// done. Only a cluster of Citus can do so.
    async fn distribute(&self) -> Result<Vec<String>, NotDistributable> {
        Err(NotDistributable::File)
    }

    /// Whether everything that is acknowledged survives a crash.
    async fn check_durability(&self) -> Result<(), NotDurable>;

    /// Writes the database as it is now to a new file, while it is used, but for its [last verification](crate::Verification), which
    /// says nothing of that file. Only one that is a file can do so.
    async fn snapshot(&self, to: &Path) -> Result<(), Unavailable> {
        Err(Unavailable::database(format!("it is no file that {} could be made of", to.display())))
    }

    /// Claims the database for a server until the store is dropped. Servers may share a cluster, but not a file;
    /// commands that end by themselves work beside a server and claim nothing.
    async fn claim(&self) -> Result<(), Unavailable>;
}
