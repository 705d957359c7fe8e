//! Languages, tenants, brands and groups, and members.

use async_trait::async_trait;
use profile_domain::{
    Saved,
    tenant::{Attempts, Group, Language, Member, MemberListing, Membership},
};
use profile_ports::{Members, Unavailable, Workspaces};

use crate::{SqlStore, engine::Engine, language, member, membership, password_attempts, tenant};

#[async_trait]
impl<E: Engine> Workspaces for SqlStore<E> {
    async fn list_languages(&self, skip: i64, take: i64) -> Result<(i64, Vec<Language>), Unavailable> {
        language::list_languages(self.engine(), skip, take).await
    }

    async fn find_groups(&self, ids: &[i32]) -> Result<Vec<Group>, Unavailable> {
        tenant::find_groups(self.engine(), ids).await
    }
}

#[async_trait]
impl<E: Engine> Members for SqlStore<E> {
    async fn find_member(&self, id: i32) -> Result<Option<(Saved<Member>, Option<Language>)>, Unavailable> {
        member::find_member(self.engine(), id).await
    }

    async fn find_members(&self, ids: &[i32]) -> Result<Vec<Member>, Unavailable> {
        member::find_members(self.engine(), ids).await
    }

    async fn find_memberships(
        &self,
        tenant_id: i32,
        members: &[i32],
    ) -> Result<Vec<Membership>, Unavailable> {
        membership::find_memberships(self.engine(), tenant_id, members).await
    }

    async fn list_members(&self, listing: &MemberListing) -> Result<(i64, Vec<Member>), Unavailable> {
        member::list_members(self.engine(), listing).await
    }

    async fn find_attempts(&self, member: i32) -> Result<Attempts, Unavailable> {
        password_attempts::find_attempts(self.engine(), member).await
    }

    async fn keep_attempts(&self, member: i32, attempts: &Attempts) -> Result<bool, Unavailable> {
        password_attempts::keep_attempts(self.engine(), member, attempts).await
    }
}
