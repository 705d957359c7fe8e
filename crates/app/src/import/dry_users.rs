//! The users contract's part of a dry run: users, businesses and what they upload.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    Text,
    users::{
        ApiKey, App, AppId, Business, BusinessId, KeyId, Listing, Override, Position, Upload, UploadId,
        UploadOwner, User, UserId,
    },
};
use profile_ports::{
    Businesses, Commit, CommitError, Held, Replies, Reply, ReplyKey, Reserved, Unavailable, Uploads, Users,
};

use super::dry_run::DryStore;

#[async_trait]
impl Users for DryStore {
    async fn find_user(&self, id: &UserId) -> Result<Option<User>, Unavailable> {
        let written = self.written().users.get(id).cloned();
        if written.is_some() { Ok(written) } else { self.inner.find_user(id).await }
    }

    async fn find_user_by_name(&self, username_key: &str) -> Result<Option<User>, Unavailable> {
        let written = self.written().usernames.get(username_key).cloned();
        let id = match written {
            Some(id) => Some(id),
            None => self.inner.find_user_by_name(username_key).await?.map(|user| user.id),
        };
        let Some(id) = id else { return Ok(None) };
        // It may have given the name up since.
        Ok(self.find_user(&id).await?.filter(|user| user.username.key() == username_key))
    }

    async fn list_users(&self, listing: &Listing) -> Result<Vec<(Position, User)>, Unavailable> {
        self.inner.list_users(listing).await
    }

    async fn commit_user(&self, commit: Commit<User>) -> Result<(), CommitError> {
        let key = commit.next.username.key();
        if self.find_user_by_name(&key).await?.is_some_and(|holder| holder.id != commit.next.id) {
            return Err(CommitError::Taken("username"));
        }
        let mut written = self.written();
        written.usernames.insert(key, commit.next.id.clone());
        written.users.insert(commit.next.id.clone(), commit.next);
        Ok(())
    }

    async fn find_override(
        &self,
        user: &UserId,
        account: &BusinessId,
    ) -> Result<Option<Override>, Unavailable> {
        let written = self.written().overrides.get(&(user.clone(), account.clone())).cloned();
        if written.is_some() { Ok(written) } else { self.inner.find_override(user, account).await }
    }

    async fn commit_override(&self, commit: Commit<Override>) -> Result<(), CommitError> {
        let key = (commit.next.user.clone(), commit.next.account.clone());
        self.written().overrides.insert(key, commit.next);
        Ok(())
    }
}

#[async_trait]
impl Businesses for DryStore {
    async fn find_business(&self, id: &BusinessId) -> Result<Option<Business>, Unavailable> {
        let written = self.written().businesses.get(id).cloned();
        if written.is_some() { Ok(written) } else { self.inner.find_business(id).await }
    }

    async fn commit_business(&self, commit: Commit<Business>) -> Result<(), CommitError> {
        self.written().businesses.insert(commit.next.id.clone(), commit.next);
        Ok(())
    }

    async fn find_app(&self, id: &AppId) -> Result<Option<App>, Unavailable> {
        let written = self.written().apps.get(id).cloned();
        if written.is_some() { Ok(written) } else { self.inner.find_app(id).await }
    }

    async fn commit_app(&self, commit: Commit<App>) -> Result<(), CommitError> {
        self.written().apps.insert(commit.next.id.clone(), commit.next);
        Ok(())
    }

    async fn find_api_key(&self, id: &KeyId) -> Result<Option<ApiKey>, Unavailable> {
        let written = self.written().api_keys.get(id).cloned();
        if written.is_some() { Ok(written) } else { self.inner.find_api_key(id).await }
    }

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

    async fn commit_api_key(&self, commit: Commit<ApiKey>) -> Result<(), CommitError> {
        let next = commit.next;
        let stored = self.inner.find_api_key_by_hash(&next.hash).await?.map(|key| key.id);
        let mut written = self.written();
        let has_hash = |key: &ApiKey| key.id != next.id && key.hash == next.hash;
        let other = stored.filter(|id| *id != next.id && !written.api_keys.contains_key(id));
        if other.is_some() || written.api_keys.values().any(has_hash) {
            return Err(CommitError::Taken("secret"));
        }
        written.api_keys.insert(next.id.clone(), next);
        Ok(())
    }
}

#[async_trait]
impl Uploads for DryStore {
    async fn find_upload(&self, id: &UploadId) -> Result<Option<Upload>, Unavailable> {
        self.inner.find_upload(id).await
    }

    async fn find_upload_by_token(&self, token: &Text) -> Result<Option<Upload>, Unavailable> {
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

    async fn commit_upload(&self, _commit: Commit<Upload>) -> Result<(), CommitError> {
        Ok(())
    }

    async fn unused_uploads(&self, before: DateTime<Utc>, limit: u32) -> Result<Vec<Upload>, Unavailable> {
        self.inner.unused_uploads(before, limit).await
    }

    async fn unprocessed_uploads(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Upload>, Unavailable> {
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
