//! Every repository over maps behind one mutex, which is never held across an await.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    PersonId, Record, Text,
    account::{Account, Customer, CustomerId, Login},
    change::{ChangeRecord, Facet},
    media::MediaFile,
    users::{
        ApiKey, App, AppId, Business, BusinessId, KeyId, Listing, Override, Picture, Position, Upload,
        UploadId, UploadStatus, User, UserId,
    },
};
use profile_ports::{
    Accounts, Businesses, Changes, Commit, CommitError, Customers, Files, Persons, Pool, Replies, Reply,
    ReplyKey, Reserved, Store, Unavailable, Uploads, Users,
};
use uuid::Uuid;

/// A store without a disk.
#[derive(Default)]
pub struct MemoryStore(Mutex<State>);

#[derive(Default)]
struct State {
    accounts: BTreeMap<Login, Account>,
    customers: BTreeMap<CustomerId, Customer>,
    files: BTreeMap<Uuid, MediaFile>,
    users: BTreeMap<UserId, User>,
    overrides: BTreeMap<(UserId, BusinessId), Override>,
    businesses: BTreeMap<BusinessId, Business>,
    apps: BTreeMap<AppId, App>,
    api_keys: BTreeMap<KeyId, ApiKey>,
    uploads: BTreeMap<UploadId, (DateTime<Utc>, Upload)>,
    replies: BTreeMap<ReplyKey, (String, DateTime<Utc>, Option<Reply>)>,
    persons: BTreeMap<Text, PersonId>,
    changes: Vec<ChangeRecord>,
}

impl State {
    fn with_owner(&self, mut account: Account) -> Account {
        if let Some(owner) = &mut account.owner {
            owner.enabled = self.customers.get(&owner.id).is_some_and(|customer| customer.enable);
        }
        account
    }
}

impl MemoryStore {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panics while it holds the lock")
    }
}

/// Refuses a commit that does not start from the stored version.
fn check<T: Record>(stored: Option<&T>, commit: &Commit<T>, key: &'static str) -> Result<(), CommitError> {
    match (stored.map(Record::version), commit.base()) {
        (Some(_), None) => Err(CommitError::Taken(key)),
        (stored, base) if stored == base => Ok(()),
        _ => Err(CommitError::Stale),
    }
}

fn order(a: &Position, b: &Position) -> std::cmp::Ordering {
    a.rank.cmp(&b.rank).then(b.created_at.cmp(&a.created_at)).then(a.id.cmp(&b.id))
}

fn ranked(user: &User, search: &str) -> Option<(Position, User)> {
    let key = user.username.key();
    let name = user.name.as_ref().map(|name| name.as_str().to_ascii_lowercase()).unwrap_or_default();
    let rank = match search {
        _ if key == search || search.is_empty() => 0,
        _ if key.starts_with(search) => 1,
        _ if key.contains(search) || name.contains(search) => 2,
        _ => return None,
    };
    Some((Position { rank, created_at: user.created_at, id: user.id.clone() }, user.clone()))
}

#[async_trait]
impl Accounts for MemoryStore {
    async fn find_account(&self, login: Login) -> Result<Option<Account>, Unavailable> {
        let state = self.state();
        Ok(state.accounts.get(&login).cloned().map(|account| state.with_owner(account)))
    }

    async fn accounts_of(&self, customer: CustomerId, limit: u32) -> Result<Vec<Account>, Unavailable> {
        let state = self.state();
        let owned = state.accounts.values().filter(|account| account.is_owned_by(customer));
        Ok(owned.take(limit as usize).cloned().map(|account| state.with_owner(account)).collect())
    }

    async fn commit_account(&self, commit: Commit<Account>) -> Result<(), CommitError> {
        let mut state = self.state();
        check(state.accounts.get(&commit.next.login), &commit, "login")?;
        if commit.next.owner.is_some_and(|owner| !state.customers.contains_key(&owner.id)) {
            return Err(CommitError::Missing("customer_id"));
        }
        state.accounts.insert(commit.next.login, commit.next);
        state.changes.push(commit.record);
        Ok(())
    }
}

#[async_trait]
impl Customers for MemoryStore {
    async fn find_customer(&self, id: CustomerId) -> Result<Option<Customer>, Unavailable> {
        Ok(self.state().customers.get(&id).cloned())
    }

    async fn commit_customer(&self, commit: Commit<Customer>) -> Result<(), CommitError> {
        let mut state = self.state();
        check(state.customers.get(&commit.next.id), &commit, "customer_id")?;
        state.customers.insert(commit.next.id, commit.next);
        state.changes.push(commit.record);
        Ok(())
    }
}

#[async_trait]
impl Files for MemoryStore {
    async fn find_file(&self, uuid: Uuid) -> Result<Option<MediaFile>, Unavailable> {
        Ok(self.state().files.get(&uuid).cloned())
    }

    async fn commit_file(&self, commit: Commit<MediaFile>) -> Result<(), CommitError> {
        let mut state = self.state();
        check(state.files.get(&commit.next.uuid), &commit, "uuid")?;
        state.files.insert(commit.next.uuid, commit.next);
        state.changes.push(commit.record);
        Ok(())
    }
}

#[async_trait]
impl Users for MemoryStore {
    async fn find_user(&self, id: &UserId) -> Result<Option<User>, Unavailable> {
        Ok(self.state().users.get(id).cloned())
    }

    async fn find_user_by_name(&self, username_key: &str) -> Result<Option<User>, Unavailable> {
        Ok(self.state().users.values().find(|user| user.username.key() == username_key).cloned())
    }

    async fn list_users(&self, listing: &Listing) -> Result<Vec<(Position, User)>, Unavailable> {
        let state = self.state();
        let mut all: Vec<(Position, User)> =
            state.users.values().filter_map(|user| ranked(user, &listing.search)).collect();
        all.sort_by(|(a, _), (b, _)| order(a, b));
        let beyond = |position: &Position| match (&listing.from, listing.backwards) {
            (None, _) => true,
            (Some(from), false) => order(position, from).is_gt(),
            (Some(from), true) => order(position, from).is_lt(),
        };
        all.retain(|(position, _)| beyond(position));
        let limit = listing.limit as usize;
        if listing.backwards {
            all.drain(..all.len().saturating_sub(limit));
        }
        all.truncate(limit);
        Ok(all)
    }

    async fn commit_user(&self, commit: Commit<User>) -> Result<(), CommitError> {
        let mut state = self.state();
        check(state.users.get(&commit.next.id), &commit, "id")?;
        let key = commit.next.username.key();
        if state.users.values().any(|user| user.id != commit.next.id && user.username.key() == key) {
            return Err(CommitError::Taken("username"));
        }
        state.users.insert(commit.next.id.clone(), commit.next);
        state.changes.push(commit.record);
        Ok(())
    }

    async fn find_override(
        &self,
        user: &UserId,
        account: &BusinessId,
    ) -> Result<Option<Override>, Unavailable> {
        Ok(self.state().overrides.get(&(user.clone(), account.clone())).cloned())
    }

    async fn commit_override(&self, commit: Commit<Override>) -> Result<(), CommitError> {
        let mut state = self.state();
        let key = (commit.next.user.clone(), commit.next.account.clone());
        check(state.overrides.get(&key), &commit, "id")?;
        if !state.users.contains_key(&key.0) {
            return Err(CommitError::Missing("user"));
        }
        state.overrides.insert(key, commit.next);
        state.changes.push(commit.record);
        Ok(())
    }
}

#[async_trait]
impl Businesses for MemoryStore {
    async fn find_business(&self, id: &BusinessId) -> Result<Option<Business>, Unavailable> {
        Ok(self.state().businesses.get(id).cloned())
    }

    async fn commit_business(&self, commit: Commit<Business>) -> Result<(), CommitError> {
        let mut state = self.state();
        check(state.businesses.get(&commit.next.id), &commit, "id")?;
        state.businesses.insert(commit.next.id.clone(), commit.next);
        state.changes.push(commit.record);
        Ok(())
    }

    async fn find_app(&self, id: &AppId) -> Result<Option<App>, Unavailable> {
        Ok(self.state().apps.get(id).cloned())
    }

    async fn commit_app(&self, commit: Commit<App>) -> Result<(), CommitError> {
        let mut state = self.state();
        check(state.apps.get(&commit.next.id), &commit, "id")?;
        state.apps.insert(commit.next.id.clone(), commit.next);
        state.changes.push(commit.record);
        Ok(())
    }

    async fn find_api_key(&self, id: &KeyId) -> Result<Option<ApiKey>, Unavailable> {
        Ok(self.state().api_keys.get(id).cloned())
    }

    async fn find_api_key_by_hash(&self, hash: &str) -> Result<Option<ApiKey>, Unavailable> {
        Ok(self.state().api_keys.values().find(|key| key.hash == hash).cloned())
    }

    async fn commit_api_key(&self, commit: Commit<ApiKey>) -> Result<(), CommitError> {
        let mut state = self.state();
        check(state.api_keys.get(&commit.next.id), &commit, "id")?;
        if state.api_keys.values().any(|key| key.id != commit.next.id && key.hash == commit.next.hash) {
            return Err(CommitError::Taken("secret"));
        }
        state.api_keys.insert(commit.next.id.clone(), commit.next);
        state.changes.push(commit.record);
        Ok(())
    }
}

impl State {
    fn shows(&self, upload: &UploadId) -> bool {
        let is = |picture: Option<&Picture>| picture.is_some_and(|picture| picture.upload == *upload);
        self.users.values().any(|user| is(user.picture.as_ref()) || is(user.banner.as_ref()))
            || self.overrides.values().any(|over| is(over.picture.as_ref()))
    }
}

#[async_trait]
impl Uploads for MemoryStore {
    async fn find_upload(&self, id: &UploadId) -> Result<Option<Upload>, Unavailable> {
        Ok(self.state().uploads.get(id).map(|(_, upload)| upload.clone()))
    }

    async fn find_upload_by_token(&self, token: &Text) -> Result<Option<Upload>, Unavailable> {
        let state = self.state();
        Ok(state.uploads.values().map(|(_, upload)| upload).find(|upload| upload.token == *token).cloned())
    }

    async fn commit_upload(&self, commit: Commit<Upload>) -> Result<(), CommitError> {
        let mut state = self.state();
        let stored = state.uploads.get(&commit.next.id).map(|(_, upload)| upload);
        check(stored, &commit, "id")?;
        let mut others = state.uploads.values().filter(|(_, upload)| upload.id != commit.next.id);
        if others.any(|(_, upload)| upload.token == commit.next.token) {
            return Err(CommitError::Taken("token"));
        }
        state.uploads.insert(commit.next.id.clone(), (commit.record.at, commit.next));
        state.changes.push(commit.record);
        Ok(())
    }

    async fn unused_uploads(&self, before: DateTime<Utc>, limit: u32) -> Result<Vec<Upload>, Unavailable> {
        let state = self.state();
        let unused = state.uploads.values().filter(|(at, upload)| {
            *at < before && upload.status != UploadStatus::Removed && !state.shows(&upload.id)
        });
        Ok(unused.take(limit as usize).map(|(_, upload)| upload.clone()).collect())
    }

    async fn unprocessed_uploads(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Upload>, Unavailable> {
        let state = self.state();
        let waiting = state
            .uploads
            .values()
            .filter(|(at, upload)| *at < before && upload.status == UploadStatus::Processing);
        Ok(waiting.take(limit as usize).map(|(_, upload)| upload.clone()).collect())
    }
}

#[async_trait]
impl Replies for MemoryStore {
    async fn reserve_reply(
        &self,
        key: &ReplyKey,
        fingerprint: &str,
        at: DateTime<Utc>,
    ) -> Result<Reserved, Unavailable> {
        let mut state = self.state();
        match state.replies.get(key) {
            None => {
                state.replies.insert(key.clone(), (fingerprint.to_owned(), at, None));
                Ok(Reserved::Fresh)
            }
            Some((stored, _, _)) if stored != fingerprint => Ok(Reserved::Other),
            Some((_, _, Some(reply))) => Ok(Reserved::Answered(reply.clone())),
            Some(_) => Ok(Reserved::Running),
        }
    }

    async fn keep_reply(&self, key: &ReplyKey, reply: &Reply) -> Result<(), Unavailable> {
        if let Some((_, _, kept)) = self.state().replies.get_mut(key) {
            *kept = Some(reply.clone());
        }
        Ok(())
    }

    async fn release_reply(&self, key: &ReplyKey) -> Result<(), Unavailable> {
        self.state().replies.remove(key);
        Ok(())
    }

    async fn forget_replies(
        &self,
        kept_since: DateTime<Utc>,
        running_since: DateTime<Utc>,
    ) -> Result<usize, Unavailable> {
        let mut state = self.state();
        let before = state.replies.len();
        state
            .replies
            .retain(|_, (_, at, reply)| *at >= kept_since && (reply.is_some() || *at >= running_since));
        Ok(before - state.replies.len())
    }
}

#[async_trait]
impl Persons for MemoryStore {
    async fn find_person(&self, alias: &Text) -> Result<Option<PersonId>, Unavailable> {
        Ok(self.state().persons.get(alias).copied())
    }

    async fn person_called(&self, alias: &Text, fresh: PersonId) -> Result<PersonId, Unavailable> {
        Ok(*self.state().persons.entry(alias.clone()).or_insert(fresh))
    }
}

#[async_trait]
impl Changes for MemoryStore {
    async fn changes_of(&self, facet: Facet, key: &str) -> Result<Vec<ChangeRecord>, Unavailable> {
        let state = self.state();
        let of_key = state.changes.iter().filter(|change| change.facet == facet && change.key == key);
        Ok(of_key.cloned().collect())
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn ready(&self) -> Result<(), Unavailable> {
        Ok(())
    }

    fn pool(&self) -> Pool {
        Pool::default()
    }
}
