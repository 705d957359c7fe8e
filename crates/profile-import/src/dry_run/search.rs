//! Search in a dry run: what is stored is found, and nothing of the run.

use async_trait::async_trait;
use profile_domain::{PersonId, change::RecordKind, operator::search::SearchEntry};
use profile_ports::{
    Page, PersonSearch, RecordRef, SearchIndex, SearchMatch, SearchProgress, SearchStep, Unavailable,
};
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

    async fn find_unmoved(
        &self,
        records: &[(RecordRef<'_>, Option<PersonId>)],
    ) -> Result<Vec<(RecordKind, String)>, Unavailable> {
        self.inner.find_unmoved(records).await
    }

    async fn clear_search(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn find_identified(
        &self,
        search: &PersonSearch,
        page: Page<PersonId>,
    ) -> Result<Vec<PersonId>, Unavailable> {
        self.inner.find_identified(search, page).await
    }

    async fn find_named(
        &self,
        search: &PersonSearch,
        page: Page<PersonId>,
    ) -> Result<Vec<PersonId>, Unavailable> {
        self.inner.find_named(search, page).await
    }

    async fn search_matches(
        &self,
        search: &PersonSearch,
        persons: &[PersonId],
    ) -> Result<Vec<(PersonId, SearchMatch)>, Unavailable> {
        self.inner.search_matches(search, persons).await
    }
}
