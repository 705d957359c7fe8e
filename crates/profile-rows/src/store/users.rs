//! Public users, businesses, apps, API keys and uploads.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId, Saved,
    users::{ApiKey, KeyId, Listing, Position, Upload, UploadId, UploadOwner, User},
};
use profile_ports::{ApiKeys, Held, Page, TakeOver, Unavailable, Uploads, Users};
use uuid::Uuid;

use crate::{SqlStore, api_key, engine::Engine, upload, user_list};

#[async_trait]
impl<E: Engine> Users for SqlStore<E> {
    async fn list_users(&self, listing: &Listing) -> Result<Vec<(Position, User)>, Unavailable> {
        user_list::list_users(self.engine(), listing).await
    }
}

#[async_trait]
impl<E: Engine> ApiKeys for SqlStore<E> {
    async fn list_api_keys(&self, page: Page<&KeyId>) -> Result<Vec<(DateTime<Utc>, ApiKey)>, Unavailable> {
        api_key::list_api_keys(self.engine(), page).await
    }
}

#[async_trait]
impl<E: Engine> Uploads for SqlStore<E> {
    async fn unused_uploads(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Saved<Upload>>, Unavailable> {
        upload::unused_uploads(self.engine(), before, limit).await
    }

    async fn unattached_uploads_of(&self, owner: &UploadOwner) -> Result<Held, Unavailable> {
        upload::unattached_uploads_of(self.engine(), owner).await
    }

    async fn take_upload(&self, id: &UploadId, turn: TakeOver) -> Result<Option<u32>, Unavailable> {
        upload::take_upload(self.engine(), id, turn).await
    }

    async fn known_contents(&self, names: &[String]) -> Result<Vec<String>, Unavailable> {
        upload::known_contents(self.engine(), names).await
    }

    async fn known_renditions(&self, names: &[String]) -> Result<Vec<String>, Unavailable> {
        upload::known_renditions(self.engine(), names).await
    }

    async fn is_shown_by_another(&self, id: &UploadId, person: PersonId) -> Result<bool, Unavailable> {
        upload::is_shown_by_another(self.engine(), id, person).await
    }

    async fn unprocessed_uploads(
        &self,
        limit: u32,
    ) -> Result<Vec<(Saved<Upload>, Option<Uuid>)>, Unavailable> {
        upload::unprocessed_uploads(self.engine(), limit).await
    }
}
