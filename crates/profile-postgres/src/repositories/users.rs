//! Public users, businesses, apps, API keys and uploads.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    Saved,
    users::{ApiKey, KeyId, Listing, Position, Upload, UploadId, UploadOwner, User},
};
use profile_ports::{ApiKeys, Held, Unavailable, Uploads, Users};
use profile_rows::{api_key, upload, user_list};

use crate::PostgresStore;

#[async_trait]
impl Users for PostgresStore {
    async fn list_users(&self, listing: &Listing) -> Result<Vec<(Position, User)>, Unavailable> {
        user_list::list_users(self, listing).await
    }
}

#[async_trait]
impl ApiKeys for PostgresStore {
    async fn list_api_keys(
        &self,
        after: Option<&KeyId>,
        limit: u32,
    ) -> Result<Vec<(DateTime<Utc>, ApiKey)>, Unavailable> {
        api_key::list_api_keys(self, after, limit).await
    }
}

#[async_trait]
impl Uploads for PostgresStore {
    async fn unused_uploads(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Saved<Upload>>, Unavailable> {
        upload::unused_uploads(self, before, limit).await
    }

    async fn unattached_uploads_of(&self, owner: &UploadOwner) -> Result<Held, Unavailable> {
        upload::unattached_uploads_of(self, owner).await
    }

    async fn count_upload_try(&self, id: &UploadId) -> Result<u32, Unavailable> {
        upload::count_upload_try(self, id).await
    }

    async fn known_contents(&self, names: &[String]) -> Result<Vec<String>, Unavailable> {
        upload::known_contents(self, names).await
    }

    async fn known_renditions(&self, names: &[String]) -> Result<Vec<String>, Unavailable> {
        upload::known_renditions(self, names).await
    }

    async fn unprocessed_uploads(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Saved<Upload>>, Unavailable> {
        upload::unprocessed_uploads(self, before, limit).await
    }
}
