//! Search in a dry run: what is stored is found, and nothing of the run.

use async_trait::async_trait;
use profile_domain::{
    PersonId,
    operator::search::{PersonQuery, SearchEntry},
};
use profile_ports::{SearchIndex, SearchMatch, SearchProgress, SearchScope, SearchStep, Unavailable};
use uuid::Uuid;

use super::DryStore;

#[async_trait]
impl SearchIndex for DryStore {
    async fn search_progress(&self) -> Result<SearchProgress, Unavailable> {
        self.inner.search_progress().await
    }

    async fn set_search_follower(&self, _follower: Option<Uuid>, _beat: i64) -> Result<bool, Unavailable> {
        Ok(false)
    }

    async fn store_search_entries(
        &self,
        _entries: &[SearchEntry],
        _step: Option<&SearchStep>,
    ) -> Result<bool, Unavailable> {
        Ok(false)
    }

    async fn clear_search(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn find_identified(
        &self,
        query: &PersonQuery,
        scope: &SearchScope,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<PersonId>, Unavailable> {
        self.inner.find_identified(query, scope, after, limit).await
    }

    async fn find_named(
        &self,
        query: &PersonQuery,
        scope: &SearchScope,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<PersonId>, Unavailable> {
        self.inner.find_named(query, scope, after, limit).await
    }

    async fn search_matches(
        &self,
        query: &PersonQuery,
        scope: &SearchScope,
        persons: &[PersonId],
    ) -> Result<Vec<(PersonId, SearchMatch)>, Unavailable> {
        self.inner.search_matches(query, scope, persons).await
    }
}
