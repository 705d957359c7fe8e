//! Members and their workspace in memory.

use async_trait::async_trait;
use profile_domain::{
    Text,
    tenant::{Attempts, Brand, Group, Language, Member, MemberListing, Membership, Tenant},
};
use profile_ports::{Commit, CommitError, Members, Unavailable, Workspaces};

use super::store::{MemoryStore, check};

/// The stretch of `all` and how many there are.
fn stretch<T>(all: Vec<T>, skip: i64, take: i64) -> (i64, Vec<T>) {
    let count = |number: i64| usize::try_from(number).unwrap_or_default();
    (all.len().try_into().unwrap(), all.into_iter().skip(count(skip)).take(count(take)).collect())
}

#[async_trait]
impl Workspaces for MemoryStore {
    async fn find_language(&self, id: i32) -> Result<Option<Language>, Unavailable> {
        Ok(self.state().languages.get(&id).cloned())
    }

    async fn list_languages(&self, skip: i64, take: i64) -> Result<(i64, Vec<Language>), Unavailable> {
        Ok(stretch(self.state().languages.values().cloned().collect(), skip, take))
    }

    async fn commit_language(&self, commit: Commit<Language>) -> Result<(), CommitError> {
        let mut state = self.state();
        check(state.languages.get(&commit.next.id), &commit, "id")?;
        state.languages.insert(commit.next.id, commit.next);
        state.changes.push(commit.record);
        Ok(())
    }

    async fn find_tenant(&self, id: i32) -> Result<Option<Tenant>, Unavailable> {
        Ok(self.state().tenants.get(&id).cloned())
    }

    async fn find_tenant_by_slug(&self, slug: &Text) -> Result<Option<Tenant>, Unavailable> {
        Ok(self.state().tenants.values().find(|tenant| tenant.slug == *slug).cloned())
    }

    async fn commit_tenant(&self, commit: Commit<Tenant>) -> Result<(), CommitError> {
        let mut state = self.state();
        let next = &commit.next;
        check(state.tenants.get(&next.id), &commit, "id")?;
        if state.tenants.values().any(|tenant| tenant.id != next.id && tenant.slug == next.slug) {
            return Err(CommitError::Taken("slug"));
        }
        state.tenants.insert(commit.next.id, commit.next);
        state.changes.push(commit.record);
        Ok(())
    }

    async fn find_brand(&self, id: i32) -> Result<Option<Brand>, Unavailable> {
        Ok(self.state().brands.get(&id).cloned())
    }

    async fn commit_brand(&self, commit: Commit<Brand>) -> Result<(), CommitError> {
        let mut state = self.state();
        check(state.brands.get(&commit.next.id), &commit, "id")?;
        state.brands.insert(commit.next.id, commit.next);
        state.changes.push(commit.record);
        Ok(())
    }

    async fn find_groups(&self, ids: &[i32]) -> Result<Vec<Group>, Unavailable> {
        let state = self.state();
        Ok(ids.iter().filter_map(|id| state.groups.get(id).cloned()).collect())
    }

    async fn commit_group(&self, commit: Commit<Group>) -> Result<(), CommitError> {
        let mut state = self.state();
        check(state.groups.get(&commit.next.id), &commit, "id")?;
        state.groups.insert(commit.next.id, commit.next);
        state.changes.push(commit.record);
        Ok(())
    }
}

#[async_trait]
impl Members for MemoryStore {
    async fn find_member(&self, id: i32) -> Result<Option<(Member, Option<Language>)>, Unavailable> {
        let state = self.state();
        let language = |member: &Member| state.languages.get(&member.language_id?).cloned();
        Ok(state.members.get(&id).map(|member| (member.clone(), language(member))))
    }

    async fn find_members(&self, ids: &[i32]) -> Result<Vec<Member>, Unavailable> {
        let state = self.state();
        Ok(ids.iter().filter_map(|id| state.members.get(id).cloned()).collect())
    }

    async fn commit_member(&self, commit: Commit<Member>) -> Result<(), CommitError> {
        let mut state = self.state();
        let next = &commit.next;
        check(state.members.get(&next.id), &commit, "id")?;
        let key = next.email_key();
        let mut others = state.members.values().filter(|member| member.id != next.id);
        if key.is_some() && others.any(|member| member.email_key() == key) {
            return Err(CommitError::Taken("email"));
        }
        state.members.insert(commit.next.id, commit.next);
        state.changes.push(commit.record);
        Ok(())
    }

    async fn find_memberships(
        &self,
        tenant_id: i32,
        members: &[i32],
    ) -> Result<Vec<Membership>, Unavailable> {
        let state = self.state();
        Ok(members.iter().filter_map(|id| state.memberships.get(&(*id, tenant_id)).cloned()).collect())
    }

    async fn commit_membership(&self, commit: Commit<Membership>) -> Result<(), CommitError> {
        let mut state = self.state();
        let next = &commit.next;
        let key = (next.member_id, next.tenant_id);
        check(state.memberships.get(&key), &commit, "id")?;
        if !state.members.contains_key(&next.member_id) {
            return Err(CommitError::Missing("member"));
        }
        if state.memberships.iter().any(|(other, one)| *other != key && one.id == next.id) {
            return Err(CommitError::Taken("id"));
        }
        state.memberships.insert(key, commit.next);
        state.changes.push(commit.record);
        Ok(())
    }

    async fn list_members(&self, listing: &MemberListing) -> Result<(i64, Vec<Member>), Unavailable> {
        let state = self.state();
        let is_found = |member: &&Member| {
            state.memberships.contains_key(&(member.id, listing.tenant_id))
                && !member.is_deleted
                && member.folded_text().contains(listing.search.as_str())
        };
        let mut found: Vec<Member> = state.members.values().filter(is_found).cloned().collect();
        found.sort_by_key(|member| (member.folded_name(), member.id));
        Ok(stretch(found, listing.skip, listing.take))
    }

    async fn find_attempts(&self, member: i32) -> Result<Attempts, Unavailable> {
        Ok(self.state().attempts.get(&member).cloned().unwrap_or_default())
    }

    async fn keep_attempts(&self, member: i32, attempts: &Attempts) -> Result<bool, Unavailable> {
        let mut state = self.state();
        let stored = state.attempts.get(&member).map_or(0, |attempts| attempts.version);
        if stored + 1 != attempts.version {
            return Ok(false);
        }
        state.attempts.insert(member, attempts.clone());
        Ok(true)
    }
}
