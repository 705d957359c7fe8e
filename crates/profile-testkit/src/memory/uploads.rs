//! Uploads and kept replies in memory.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId, Saved,
    users::{Picture, Upload, UploadId, UploadOwner, UploadStatus},
};
use profile_ports::{Held, IdempotencyKey, IdempotencyStore, KeyedResponse, TakeOver, Unavailable, Uploads};
use uuid::Uuid;

use super::store::{MemoryStore, State};

impl State {
    fn is_older(&self, upload: &Upload, before: DateTime<Utc>) -> bool {
        self.saved(upload.clone()).head.at < before
    }

    fn shows(&self, upload: &UploadId) -> bool {
        let is = |picture: Option<&Picture>| picture.is_some_and(|picture| picture.upload == *upload);
        self.users.values().any(|user| is(user.picture.as_ref()) || is(user.banner.as_ref()))
            || self.overrides.values().any(|over| is(over.picture.as_ref()))
    }
}

#[async_trait]
impl Uploads for MemoryStore {
    async fn unused_uploads(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Saved<Upload>>, Unavailable> {
        let state = self.state();
        let unused = state.uploads.values().filter(|upload| {
            state.is_older(upload, before)
                && upload.status != UploadStatus::Removed
                && !state.shows(&upload.id)
        });
        Ok(unused.take(limit as usize).map(|upload| state.saved(upload.clone())).collect())
    }

    async fn unattached_uploads_of(&self, owner: &UploadOwner) -> Result<Held, Unavailable> {
        let state = self.state();
        let unattached = state.uploads.values().filter(|upload| {
            upload.owner == *owner && upload.status != UploadStatus::Removed && !state.shows(&upload.id)
        });
        let counted: Vec<_> = unattached.take(Held::MOST_FILES).collect();
        let stored = counted.iter().filter(|upload| upload.content.is_some());
        Ok(Held { bytes: stored.filter_map(|upload| upload.size).sum(), files: counted.len() })
    }

    async fn take_upload(&self, id: &UploadId, turn: TakeOver) -> Result<Option<u32>, Unavailable> {
        let mut state = self.state();
        let (worker, tries) = state.upload_work.entry(id.clone()).or_default();
        if *worker != turn.from {
            return Ok(None);
        }
        (*worker, *tries) = (Some(turn.to), *tries + 1);
        Ok(Some(*tries))
    }

    async fn known_contents(&self, names: &[String]) -> Result<Vec<String>, Unavailable> {
        let state = self.state();
        let contents = state.uploads.values().filter_map(|upload| upload.content.clone());
        Ok(contents.filter(|name| names.contains(name)).collect())
    }

    async fn known_renditions(&self, names: &[String]) -> Result<Vec<String>, Unavailable> {
        let state = self.state();
        let uploads = state.uploads.values().filter_map(|upload| upload.rendition.clone());
        let clients = state.clients.values().filter_map(|client| client.picture.clone());
        Ok(uploads.chain(clients).filter(|name| names.contains(name)).collect())
    }

    async fn is_shown_by_another(&self, id: &UploadId, person: PersonId) -> Result<bool, Unavailable> {
        let state = self.state();
        let is_shown = |picture: &Option<Picture>| picture.as_ref().is_some_and(|one| one.upload == *id);
        let mut users = state.users.values().filter(|user| user.person != person);
        let mut overrides = state.overrides.values().filter(|over| over.person != person);
        Ok(users.any(|user| is_shown(&user.picture) || is_shown(&user.banner))
            || overrides.any(|over| is_shown(&over.picture)))
    }

    async fn unprocessed_uploads(
        &self,
        limit: u32,
    ) -> Result<Vec<(Saved<Upload>, Option<Uuid>)>, Unavailable> {
        let state = self.state();
        let waiting = state.uploads.values().filter(|upload| upload.status == UploadStatus::Processing);
        let worker = |upload: &Upload| state.upload_work.get(&upload.id).and_then(|(worker, _)| *worker);
        let mut waiting: Vec<_> =
            waiting.map(|upload| (state.saved(upload.clone()), worker(upload))).collect();
        waiting.sort_by_key(|(upload, _)| upload.head.at);
        waiting.truncate(limit as usize);
        Ok(waiting)
    }
}

#[async_trait]
impl IdempotencyStore for MemoryStore {
    async fn find_response(&self, key: &IdempotencyKey) -> Result<Option<KeyedResponse>, Unavailable> {
        Ok(self.state().replies.get(key).cloned())
    }

    async fn store_response(&self, reply: &KeyedResponse) -> Result<bool, Unavailable> {
        let mut state = self.state();
        if state.is_used(Some(reply)) {
            return Ok(false);
        }
        state.keep_reply(Some(reply));
        Ok(true)
    }

    async fn remove_responses(&self, kept_since: DateTime<Utc>) -> Result<usize, Unavailable> {
        let mut state = self.state();
        let before = state.replies.len();
        state.replies.retain(|_, reply| reply.at >= kept_since);
        Ok(before - state.replies.len())
    }
}
