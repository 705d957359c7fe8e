//! How records are found and committed.

use async_trait::async_trait;
use profile_domain::{Head, Saved};
use profile_ports::{Commit, CommitError, Commits, Repository, Unavailable};
use profile_rows::{Engine, Stored};

use crate::{PostgresStore, writer};

#[async_trait]
impl<T: Stored> Repository<T> for PostgresStore {
    async fn find(&self, key: &T::Key) -> Result<Option<Saved<T>>, Unavailable> {
        Engine::find(self, key).await
    }
}

#[async_trait]
impl Commits for PostgresStore {
    async fn commit(&self, commit: Commit) -> Result<Vec<Head>, CommitError> {
        writer::commit(self.share()?, commit).await
    }
}
