//! Languages, tenants, brands and groups, and members.

use async_trait::async_trait;
use profile_domain::{
    Saved,
    tenant::{Attempts, Group, Language, Member, MemberListing, Membership},
};
use profile_ports::{Members, Unavailable, Workspaces};
use profile_rows::{language, member, membership, password_attempts, tenant};

use crate::PostgresStore;

#[async_trait]
impl Workspaces for PostgresStore {
    async fn list_languages(&self, skip: i64, take: i64) -> Result<(i64, Vec<Language>), Unavailable> {
        language::list_languages(self, skip, take).await
    }

    async fn find_groups(&self, ids: &[i32]) -> Result<Vec<Group>, Unavailable> {
        tenant::find_groups(self, ids).await
    }
}

#[async_trait]
impl Members for PostgresStore {
    async fn find_member(&self, id: i32) -> Result<Option<(Saved<Member>, Option<Language>)>, Unavailable> {
        member::find_member(self, id).await
    }

    async fn find_members(&self, ids: &[i32]) -> Result<Vec<Member>, Unavailable> {
        member::find_members(self, ids).await
    }

    async fn find_memberships(
        &self,
        tenant_id: i32,
        members: &[i32],
    ) -> Result<Vec<Membership>, Unavailable> {
        membership::find_memberships(self, tenant_id, members).await
    }

    async fn list_members(&self, listing: &MemberListing) -> Result<(i64, Vec<Member>), Unavailable> {
        member::list_members(self, listing).await
    }

    async fn find_attempts(&self, member: i32) -> Result<Attempts, Unavailable> {
        password_attempts::find_attempts(self, member).await
    }

    async fn keep_attempts(&self, member: i32, attempts: &Attempts) -> Result<bool, Unavailable> {
        password_attempts::keep_attempts(self, member, attempts).await
    }
}
