//! Members and their workspace in a dry run.

use async_trait::async_trait;
use profile_domain::{
    Keyed, MembershipKey, Saved,
    tenant::{Attempts, Group, Language, Member, MemberListing, Membership},
};
use profile_ports::{Members, Repository, Unavailable, Workspaces};

use super::DryStore;

impl DryStore {
    /// The records with these keys: as the import has written them, else as they are stored.
    fn over<T: Keyed>(&self, stored: Vec<T>, keys: &[T::Key]) -> Vec<T> {
        let mut found = stored;
        found.retain(|record| self.overlay::<T>(&record.id()).is_none());
        found.extend(keys.iter().filter_map(|key| self.overlay(key)));
        found
    }
}

#[async_trait]
impl Workspaces for DryStore {
    async fn list_languages(&self, skip: i64, take: i64) -> Result<(i64, Vec<Language>), Unavailable> {
        self.inner.list_languages(skip, take).await
    }

    async fn find_groups(&self, ids: &[i32]) -> Result<Vec<Group>, Unavailable> {
        let stored = self.inner.find_groups(ids).await?;
        Ok(self.over(stored, ids))
    }
}

#[async_trait]
impl Members for DryStore {
    async fn find_member(&self, id: i32) -> Result<Option<(Saved<Member>, Option<Language>)>, Unavailable> {
        let Some(member) = Repository::<Member>::find(self, &id).await? else { return Ok(None) };
        let language = match member.language_id {
            Some(language) => Repository::<Language>::find(self, &language).await?.map(|saved| saved.record),
            None => None,
        };
        Ok(Some((member, language)))
    }

    async fn find_members(&self, ids: &[i32]) -> Result<Vec<Member>, Unavailable> {
        let stored = self.inner.find_members(ids).await?;
        Ok(self.over(stored, ids))
    }

    async fn find_memberships(
        &self,
        tenant_id: i32,
        members: &[i32],
    ) -> Result<Vec<Membership>, Unavailable> {
        let stored = self.inner.find_memberships(tenant_id, members).await?;
        let keys: Vec<_> =
            members.iter().map(|id| MembershipKey { member: *id, tenant: tenant_id }).collect();
        Ok(self.over(stored, &keys))
    }

    async fn list_members(&self, listing: &MemberListing) -> Result<(i64, Vec<Member>), Unavailable> {
        self.inner.list_members(listing).await
    }

    async fn find_attempts(&self, member: i32) -> Result<Attempts, Unavailable> {
        self.inner.find_attempts(member).await
    }

    async fn keep_attempts(&self, _member: i32, _attempts: &Attempts) -> Result<bool, Unavailable> {
        Ok(true)
    }
}
