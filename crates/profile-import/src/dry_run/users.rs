//! The users contract's part of a dry run: users, businesses and what they upload.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId, Saved,
    users::{ApiKey, KeyId, Listing, Position, Upload, UploadId, UploadOwner, User},
};
use profile_ports::{
    ApiKeys, Held, IdempotencyKey, IdempotencyStore, KeyedResponse, Page, TakeOver, Unavailable, Uploads,
    Users,
};
use uuid::Uuid;

use super::DryStore;

#[async_trait]
impl Users for DryStore {
    async fn list_users(&self, listing: &Listing) -> Result<Vec<(Position, User)>, Unavailable> {
        self.inner.list_users(listing).await
    }
}

#[async_trait]
impl ApiKeys for DryStore {
    async fn list_api_keys(&self, page: Page<&KeyId>) -> Result<Vec<(DateTime<Utc>, ApiKey)>, Unavailable> {
        self.inner.list_api_keys(page).await
    }
}

#[async_trait]
impl Uploads for DryStore {
    async fn unattached_uploads_of(&self, owner: &UploadOwner) -> Result<Held, Unavailable> {
        self.inner.unattached_uploads_of(owner).await
    }

    async fn take_upload(&self, _id: &UploadId, _turn: TakeOver) -> Result<Option<u32>, Unavailable> {
        Ok(None)
    }

    async fn known_contents(&self, names: &[String]) -> Result<Vec<String>, Unavailable> {
        self.inner.known_contents(names).await
    }

    async fn known_renditions(&self, names: &[String]) -> Result<Vec<String>, Unavailable> {
        self.inner.known_renditions(names).await
    }

    async fn is_shown_by_another(&self, id: &UploadId, person: PersonId) -> Result<bool, Unavailable> {
        self.inner.is_shown_by_another(id, person).await
    }

    async fn unused_uploads(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Saved<Upload>>, Unavailable> {
        self.inner.unused_uploads(before, limit).await
    }

    async fn unprocessed_uploads(
        &self,
        limit: u32,
    ) -> Result<Vec<(Saved<Upload>, Option<Uuid>)>, Unavailable> {
        self.inner.unprocessed_uploads(limit).await
    }
}

#[async_trait]
impl IdempotencyStore for DryStore {
    async fn find_response(&self, key: &IdempotencyKey) -> Result<Option<KeyedResponse>, Unavailable> {
        self.inner.find_response(key).await
    }

    async fn store_response(&self, _reply: &KeyedResponse) -> Result<bool, Unavailable> {
        Ok(true)
    }

    async fn remove_responses(&self, _kept_since: DateTime<Utc>) -> Result<usize, Unavailable> {
        Ok(0)
    }
}
