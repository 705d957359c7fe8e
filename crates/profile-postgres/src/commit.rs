//! How records are found, by key or claim, and committed.

use async_trait::async_trait;
use profile_domain::{Claim, Head, Saved};
use profile_ports::{Claims, Commit, CommitError, Commits, Repository, Unavailable};
use profile_rows::{Engine, Stored, claim::holder};

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

#[async_trait]
impl Claims for PostgresStore {
    async fn holder_of(&self, claim: &Claim) -> Result<Option<String>, Unavailable> {
        holder(self, &claim.kind(), &claim.value).await
    }
}
