//! The projection by which people are searched.

use async_trait::async_trait;
use profile_domain::{PersonId, change::RecordKind, operator::search::SearchEntry};
use profile_ports::{
    Page, PersonSearch, RecordRef, SearchIndex, SearchMatch, SearchProgress, SearchStep, Unavailable,
};
use uuid::Uuid;

use crate::{SqlStore, engine::Engine, search};

#[async_trait]
impl<E: Engine> SearchIndex for SqlStore<E> {
    async fn search_progress(&self) -> Result<SearchProgress, Unavailable> {
        search::progress(self.engine()).await
    }

    async fn set_search_follower(&self, follower: Option<Uuid>, beat: i64) -> Result<bool, Unavailable> {
        search::set_follower(self.engine(), follower, beat).await
    }

    async fn store_search_entries(
        &self,
        entries: &[SearchEntry],
        step: Option<&SearchStep>,
    ) -> Result<bool, Unavailable> {
        search::store_entries(self.engine(), entries, step).await
    }

    async fn find_unmoved(
        &self,
        records: &[(RecordRef<'_>, Option<PersonId>)],
    ) -> Result<Vec<(RecordKind, String)>, Unavailable> {
        search::find_unmoved(self.engine(), records).await
    }

    async fn clear_search(&self) -> Result<(), Unavailable> {
        search::clear(self.engine()).await
    }

    async fn find_identified(
        &self,
        search: &PersonSearch,
        page: Page<PersonId>,
    ) -> Result<Vec<PersonId>, Unavailable> {
        search::find_identified(self.engine(), search, page).await
    }

    async fn find_named(
        &self,
        search: &PersonSearch,
        page: Page<PersonId>,
    ) -> Result<Vec<PersonId>, Unavailable> {
        search::find_named(self.engine(), search, page).await
    }

    async fn search_matches(
        &self,
        search: &PersonSearch,
        persons: &[PersonId],
    ) -> Result<Vec<(PersonId, SearchMatch)>, Unavailable> {
        search::search_matches(self.engine(), search, persons).await
    }
}
