//! Operator keys and accesses.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::operator::{Access, OperatorKey, OperatorKeyId};
use profile_ports::{
    AccessFilter, Accesses, CommitError, KeyedResponse, OperatorKeys, Page, RevokedKey, Unavailable,
};
use uuid::Uuid;

use crate::{SqlStore, access, engine::Engine, operator_key};

#[async_trait]
impl<E: Engine> OperatorKeys for SqlStore<E> {
    async fn add_operator_key(
        &self,
        key: &OperatorKey,
        reply: Option<&KeyedResponse>,
    ) -> Result<(), CommitError> {
        operator_key::add_operator_key(self.engine(), key, reply).await
    }

    async fn operator_key_of(&self, hash: &str) -> Result<Option<OperatorKey>, Unavailable> {
        operator_key::operator_key_of(self.engine(), hash).await
    }

    async fn find_operator_key(&self, id: &OperatorKeyId) -> Result<Option<OperatorKey>, Unavailable> {
        operator_key::find_operator_key(self.engine(), id).await
    }

    async fn list_operator_keys(
        &self,
        page: Page<&OperatorKeyId>,
        alive: Option<DateTime<Utc>>,
    ) -> Result<Vec<OperatorKey>, Unavailable> {
        operator_key::list_operator_keys(self.engine(), page, alive).await
    }

    async fn revoke_operator_key(
        &self,
        revoked: &RevokedKey,
        reply: Option<&KeyedResponse>,
    ) -> Result<Option<OperatorKey>, CommitError> {
        operator_key::revoke_operator_key(self.engine(), revoked, reply).await
    }

    async fn note_operator_key_use(&self, id: &OperatorKeyId, at: DateTime<Utc>) -> Result<(), Unavailable> {
        operator_key::note_operator_key_use(self.engine(), id, at).await
    }
}

#[async_trait]
impl<E: Engine> Accesses for SqlStore<E> {
    async fn add_access(&self, access: &Access) -> Result<(), Unavailable> {
        access::add_access(self.engine(), access).await
    }

    async fn list_accesses(&self, of: &AccessFilter, page: Page<Uuid>) -> Result<Vec<Access>, Unavailable> {
        access::list_accesses(self.engine(), of, page).await
    }
}
