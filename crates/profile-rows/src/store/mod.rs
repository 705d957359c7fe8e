//! The ports over any database: each method names a query of this crate, or hands over to the [`Engine`].

mod account;
mod checkpoints;
mod client;
mod copying;
mod erasure;
mod keys;
mod log;
mod operator;
mod records;
mod search;
mod subscriptions;
mod tenant;
mod users;
mod verifications;

use std::sync::Arc;

use async_trait::async_trait;
use profile_domain::{Claim, Head, Saved};
use profile_ports::{
    Claims, Commit, CommitError, Commits, ConnectionStats, Repository, StorageSize, Store, Unavailable,
};

use crate::{claim::holder_of, engine::Engine, stored::Stored};

/// Profiles in the database of an engine.
pub struct SqlStore<E>(Arc<E>);

impl<E: Engine> SqlStore<E> {
    /// Returns the store of what `engine` reads and writes.
    #[must_use]
    pub const fn new(engine: Arc<E>) -> Self {
        Self(engine)
    }

    /// Returns the engine.
    #[must_use]
    pub fn engine(&self) -> &E {
        &self.0
    }
}

#[async_trait]
impl<T: Stored, E: Engine> Repository<T> for SqlStore<E> {
    async fn find(&self, key: &T::Key) -> Result<Option<Saved<T>>, Unavailable> {
        self.engine().find(key).await
    }
}

#[async_trait]
impl<E: Engine> Claims for SqlStore<E> {
    async fn holder_of(&self, claim: &Claim) -> Result<Option<String>, Unavailable> {
        holder_of(self.engine(), claim).await
    }
}

#[async_trait]
impl<E: Engine> Commits for SqlStore<E> {
    async fn commit(&self, commit: Commit) -> Result<Vec<Head>, CommitError> {
        self.engine().commit(commit).await
    }
}

#[async_trait]
impl<E: Engine> Store for SqlStore<E> {
    async fn ready(&self) -> Result<(), Unavailable> {
        self.engine().ready().await
    }

    fn connection_stats(&self) -> ConnectionStats {
        self.engine().connection_stats()
    }

    async fn storage_size(&self) -> Result<Option<StorageSize>, Unavailable> {
        self.engine().storage_size().await.map(Some)
    }
}
