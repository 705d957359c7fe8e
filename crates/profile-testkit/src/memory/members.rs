//! Members and their workspace in memory.

use async_trait::async_trait;
use profile_domain::{
    MembershipKey, Saved,
    tenant::{Attempts, Group, Language, Member, MemberListing, Membership},
};
use profile_ports::{Members, Unavailable, Workspaces};

use super::store::MemoryStore;

/// The page of `all` and how many there are.
fn page<T>(all: Vec<T>, skip: i64, take: i64) -> (i64, Vec<T>) {
    let count = |number: i64| usize::try_from(number).unwrap_or_default();
    (all.len().try_into().unwrap(), all.into_iter().skip(count(skip)).take(count(take)).collect())
}

#[async_trait]
impl Workspaces for MemoryStore {
    async fn list_languages(&self, skip: i64, take: i64) -> Result<(i64, Vec<Language>), Unavailable> {
        Ok(page(self.state().languages.values().cloned().collect(), skip, take))
    }

    async fn find_groups(&self, ids: &[i32]) -> Result<Vec<Group>, Unavailable> {
        let state = self.state();
        Ok(ids.iter().filter_map(|id| state.groups.get(id).cloned()).collect())
    }
}

#[async_trait]
impl Members for MemoryStore {
    async fn find_member(&self, id: i32) -> Result<Option<(Saved<Member>, Option<Language>)>, Unavailable> {
        let state = self.state();
        let language = |member: &Member| state.languages.get(&member.language_id?).cloned();
        Ok(state.members.get(&id).map(|member| (state.saved(member.clone()), language(member))))
    }

    async fn find_members(&self, ids: &[i32]) -> Result<Vec<Member>, Unavailable> {
        let state = self.state();
        Ok(ids.iter().filter_map(|id| state.members.get(id).cloned()).collect())
    }

    async fn find_memberships(
        &self,
        tenant_id: i32,
        members: &[i32],
    ) -> Result<Vec<Membership>, Unavailable> {
        let state = self.state();
        let key = |id: &i32| MembershipKey { member: *id, tenant: tenant_id };
        Ok(members.iter().filter_map(|id| state.memberships.get(&key(id)).cloned()).collect())
    }

    async fn list_members(&self, listing: &MemberListing) -> Result<(i64, Vec<Member>), Unavailable> {
        let state = self.state();
        let is_found = |member: &&Member| {
            state.memberships.contains_key(&MembershipKey { member: member.id, tenant: listing.tenant_id })
                && !member.is_deleted
                && member.folded_text().contains(listing.search.as_str())
        };
        let mut found: Vec<Member> = state.members.values().filter(is_found).cloned().collect();
        found.sort_by_key(|member| (member.folded_name(), member.id));
        Ok(page(found, listing.skip, listing.take))
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
