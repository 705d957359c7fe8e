//! The projection by which people are searched.

use async_trait::async_trait;
use profile_domain::{
    PersonId,
    operator::search::{PersonQuery, SearchEntry},
};
use profile_ports::{SearchIndex, SearchMatch, SearchProgress, SearchScope, SearchStep, Unavailable};
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

    async fn clear_search(&self) -> Result<(), Unavailable> {
        search::clear(self.engine()).await
    }

    async fn find_identified(
        &self,
        query: &PersonQuery,
        scope: &SearchScope,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<PersonId>, Unavailable> {
        search::find_identified(self.engine(), query, scope, after, limit).await
    }

    async fn find_named(
        &self,
        query: &PersonQuery,
        scope: &SearchScope,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<PersonId>, Unavailable> {
        search::find_named(self.engine(), query, scope, after, limit).await
    }

    async fn search_matches(
        &self,
        query: &PersonQuery,
        scope: &SearchScope,
        persons: &[PersonId],
    ) -> Result<Vec<(PersonId, SearchMatch)>, Unavailable> {
        search::search_matches(self.engine(), query, scope, persons).await
    }
}
