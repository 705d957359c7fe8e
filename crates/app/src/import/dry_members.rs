//! Members and their workspace in a dry run.

use async_trait::async_trait;
use profile_domain::{
    Text,
    tenant::{Attempts, Brand, Group, Language, Member, MemberListing, Membership, Tenant},
};
use profile_ports::{Commit, CommitError, Members, Unavailable, Workspaces};

use super::dry_run::DryStore;

#[async_trait]
impl Workspaces for DryStore {
    async fn find_language(&self, id: i32) -> Result<Option<Language>, Unavailable> {
        let written = self.written().languages.get(&id).cloned();
        if written.is_some() { Ok(written) } else { self.inner.find_language(id).await }
    }

    async fn list_languages(&self, skip: i64, take: i64) -> Result<(i64, Vec<Language>), Unavailable> {
        self.inner.list_languages(skip, take).await
    }

    async fn commit_language(&self, commit: Commit<Language>) -> Result<(), CommitError> {
        self.written().languages.insert(commit.next.id, commit.next);
        Ok(())
    }

    async fn find_tenant(&self, id: i32) -> Result<Option<Tenant>, Unavailable> {
        let written = self.written().tenants.get(&id).cloned();
        if written.is_some() { Ok(written) } else { self.inner.find_tenant(id).await }
    }

    async fn find_tenant_by_slug(&self, slug: &Text) -> Result<Option<Tenant>, Unavailable> {
        let written = self.written().tenants.values().find(|tenant| tenant.slug == *slug).cloned();
        if written.is_some() {
            return Ok(written);
        }
        let stored = self.inner.find_tenant_by_slug(slug).await?;
        // It may have given the slug up since.
        Ok(stored.filter(|tenant| !self.written().tenants.contains_key(&tenant.id)))
    }

    async fn commit_tenant(&self, commit: Commit<Tenant>) -> Result<(), CommitError> {
        let holder = self.find_tenant_by_slug(&commit.next.slug).await?;
        if holder.is_some_and(|holder| holder.id != commit.next.id) {
            return Err(CommitError::Taken("slug"));
        }
        self.written().tenants.insert(commit.next.id, commit.next);
        Ok(())
    }

    async fn find_brand(&self, id: i32) -> Result<Option<Brand>, Unavailable> {
        let written = self.written().brands.get(&id).cloned();
        if written.is_some() { Ok(written) } else { self.inner.find_brand(id).await }
    }

    async fn commit_brand(&self, commit: Commit<Brand>) -> Result<(), CommitError> {
        self.written().brands.insert(commit.next.id, commit.next);
        Ok(())
    }

    async fn find_groups(&self, ids: &[i32]) -> Result<Vec<Group>, Unavailable> {
        let mut found = self.inner.find_groups(ids).await?;
        let written = self.written();
        found.retain(|group| !written.groups.contains_key(&group.id));
        found.extend(ids.iter().filter_map(|id| written.groups.get(id).cloned()));
        Ok(found)
    }

    async fn commit_group(&self, commit: Commit<Group>) -> Result<(), CommitError> {
        self.written().groups.insert(commit.next.id, commit.next);
        Ok(())
    }
}

#[async_trait]
impl Members for DryStore {
    async fn find_member(&self, id: i32) -> Result<Option<(Member, Option<Language>)>, Unavailable> {
        let Some(member) = self.find_members(&[id]).await?.pop() else { return Ok(None) };
        let language = match member.language_id {
            Some(language) => self.find_language(language).await?,
            None => None,
        };
        Ok(Some((member, language)))
    }

    async fn find_members(&self, ids: &[i32]) -> Result<Vec<Member>, Unavailable> {
        let mut found = self.inner.find_members(ids).await?;
        let written = self.written();
        found.retain(|member| !written.members.contains_key(&member.id));
        found.extend(ids.iter().filter_map(|id| written.members.get(id).cloned()));
        Ok(found)
    }

    async fn commit_member(&self, commit: Commit<Member>) -> Result<(), CommitError> {
        let next = commit.next;
        let mut written = self.written();
        let key = next.email_key();
        let mut others = written.members.values().filter(|member| member.id != next.id);
        if key.is_some() && others.any(|member| member.email_key() == key) {
            return Err(CommitError::Taken("email"));
        }
        written.members.insert(next.id, next);
        Ok(())
    }

    async fn find_memberships(
        &self,
        tenant_id: i32,
        members: &[i32],
    ) -> Result<Vec<Membership>, Unavailable> {
        let mut found = self.inner.find_memberships(tenant_id, members).await?;
        let written = self.written();
        found.retain(|one| !written.memberships.contains_key(&(one.member_id, tenant_id)));
        found.extend(members.iter().filter_map(|id| written.memberships.get(&(*id, tenant_id)).cloned()));
        Ok(found)
    }

    async fn commit_membership(&self, commit: Commit<Membership>) -> Result<(), CommitError> {
        let next = commit.next;
        let key = (next.member_id, next.tenant_id);
        let mut written = self.written();
        if written.memberships.iter().any(|(other, one)| *other != key && one.id == next.id) {
            return Err(CommitError::Taken("id"));
        }
        written.memberships.insert(key, next);
        Ok(())
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
