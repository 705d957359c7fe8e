//! The users contract's part of a dry run: users, businesses and what they upload.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    Claim, Saved, Text,
    users::{ApiKey, KeyId, Listing, Position, Upload, UploadId, UploadOwner, User},
};
use profile_ports::{ApiKeys, Held, Replies, Reply, ReplyKey, Reserved, Unavailable, Uploads, Users};

use super::dry_run::{DryStore, NOWHERE};

#[async_trait]
impl Users for DryStore {
    async fn find_user_by_name(&self, username_key: &str) -> Result<Option<Saved<User>>, Unavailable> {
        if let Some(record) = self.claimant(Claim::new("username", username_key)) {
            return Ok(Some(Saved { record, head: NOWHERE }));
        }
        // It may have given the name up since.
        let stored = self.inner.find_user_by_name(username_key).await?;
        Ok(stored.filter(|user| self.overlay::<User>(&user.id).is_none()))
    }

    async fn list_users(&self, listing: &Listing) -> Result<Vec<(Position, User)>, Unavailable> {
        self.inner.list_users(listing).await
    }
}

#[async_trait]
impl ApiKeys for DryStore {
    async fn find_api_key_by_hash(&self, hash: &str) -> Result<Option<ApiKey>, Unavailable> {
        self.inner.find_api_key_by_hash(hash).await
    }

    async fn list_api_keys(
        &self,
        after: Option<&KeyId>,
        limit: u32,
    ) -> Result<Vec<(DateTime<Utc>, ApiKey)>, Unavailable> {
        self.inner.list_api_keys(after, limit).await
    }
}

#[async_trait]
impl Uploads for DryStore {
    async fn find_upload_by_token(&self, token: &Text) -> Result<Option<Saved<Upload>>, Unavailable> {
        self.inner.find_upload_by_token(token).await
    }

    async fn unattached_uploads_of(&self, owner: &UploadOwner) -> Result<Held, Unavailable> {
        self.inner.unattached_uploads_of(owner).await
    }

    async fn count_upload_try(&self, _id: &UploadId) -> Result<u32, Unavailable> {
        Ok(0)
    }

    async fn known_contents(&self, names: &[String]) -> Result<Vec<String>, Unavailable> {
        self.inner.known_contents(names).await
    }

    async fn known_renditions(&self, names: &[String]) -> Result<Vec<String>, Unavailable> {
        self.inner.known_renditions(names).await
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
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Saved<Upload>>, Unavailable> {
        self.inner.unprocessed_uploads(before, limit).await
    }
}

#[async_trait]
impl Replies for DryStore {
    async fn reserve_reply(
        &self,
        _key: &ReplyKey,
        _fingerprint: &str,
        _at: DateTime<Utc>,
    ) -> Result<Reserved, Unavailable> {
        Ok(Reserved::Fresh)
    }

    async fn renew_reply(&self, _key: &ReplyKey, _at: DateTime<Utc>) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn keep_reply(&self, _key: &ReplyKey, _reply: &Reply) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn release_reply(&self, _key: &ReplyKey) -> Result<(), Unavailable> {
        Ok(())
    }

    async fn forget_replies(
        &self,
        _kept_since: DateTime<Utc>,
        _running_since: DateTime<Utc>,
    ) -> Result<usize, Unavailable> {
        Ok(0)
    }
}
