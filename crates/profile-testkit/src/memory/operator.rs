//! Operator keys and accesses in memory.

use async_trait::async_trait;
use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use profile_domain::operator::{Access, OperatorKey, OperatorKeyId};
use profile_ports::{
    AccessFilter, Accesses, CommitError, KeyedResponse, OperatorKeys, Page, RevokedKey, Unavailable,
};
use uuid::Uuid;

use super::store::MemoryStore;

#[async_trait]
impl OperatorKeys for MemoryStore {
    async fn add_operator_key(
        &self,
        key: &OperatorKey,
        reply: Option<&KeyedResponse>,
    ) -> Result<(), CommitError> {
        let mut state = self.state();
        state.check_unused(reply)?;
        if state.operator_keys.contains_key(&key.id) {
            return Err(Unavailable::database("there is a key with this id").into());
        }
        state.operator_keys.insert(key.id.clone(), key.clone());
        state.keep_reply(reply);
        Ok(())
    }

    async fn operator_key_of(&self, hash: &str) -> Result<Option<OperatorKey>, Unavailable> {
        Ok(self.state().operator_keys.values().find(|key| key.hash == hash).cloned())
    }

    async fn find_operator_key(&self, id: &OperatorKeyId) -> Result<Option<OperatorKey>, Unavailable> {
        Ok(self.state().operator_keys.get(id).cloned())
    }

    async fn list_operator_keys(
        &self,
        page: Page<&OperatorKeyId>,
        alive: Option<DateTime<Utc>>,
    ) -> Result<Vec<OperatorKey>, Unavailable> {
        let state = self.state();
        let later = state.operator_keys.values().filter(|key| page.after.is_none_or(|after| key.id > *after));
        let found = later.filter(|key| alive.is_none_or(|now| key.is_alive(now)));
        Ok(found.take(page.limit as usize).cloned().collect())
    }

    async fn revoke_operator_key(
        &self,
        revoked: &RevokedKey,
        reply: Option<&KeyedResponse>,
    ) -> Result<Option<OperatorKey>, CommitError> {
        let RevokedKey { id, revocation } = revoked;
        let mut state = self.state();
        if !state.operator_keys.contains_key(id) {
            return Ok(None);
        }
        state.check_unused(reply)?;
        state.keep_reply(reply);
        let revoked = state.operator_keys.get_mut(id).map(|key| {
            key.revoked.get_or_insert_with(|| revocation.clone());
            key.clone()
        });
        Ok(revoked)
    }

    async fn note_operator_key_use(&self, id: &OperatorKeyId, at: DateTime<Utc>) -> Result<(), Unavailable> {
        let minute = at.duration_trunc(TimeDelta::minutes(1)).unwrap();
        if let Some(key) = self.state().operator_keys.get_mut(id) {
            key.last_used_at = key.last_used_at.max(Some(minute));
        }
        Ok(())
    }
}

#[async_trait]
impl Accesses for MemoryStore {
    async fn add_access(&self, access: &Access) -> Result<(), Unavailable> {
        self.state().accesses.insert(access.id, access.clone());
        Ok(())
    }

    async fn list_accesses(&self, of: &AccessFilter, page: Page<Uuid>) -> Result<Vec<Access>, Unavailable> {
        let state = self.state();
        let found = state.accesses.values().rev().filter(|access| {
            page.after.is_none_or(|before| access.id < before)
                && of.person.is_none_or(|person| access.person == Some(person))
                && (of.actors.is_empty() || of.actors.contains(&access.actor))
        });
        Ok(found.take(page.limit as usize).cloned().collect())
    }
}
