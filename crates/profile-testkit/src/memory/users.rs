//! Users, businesses, apps and keys in memory.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use profile_domain::{
    change::{ChangeRecord, RecordKind},
    users::{ApiKey, KeyId, Listing, Position, User},
};
use profile_ports::{ApiKeys, Page, Unavailable, Users};

use super::store::MemoryStore;

fn order(a: &Position, b: &Position) -> std::cmp::Ordering {
    a.rank.cmp(&b.rank).then(b.created_at.cmp(&a.created_at)).then(a.id.cmp(&b.id))
}

fn ranked(user: &User, search: &str) -> Option<(Position, User)> {
    let key = user.username.key();
    let name = user.folded_name();
    let rank = match search {
        _ if key == search || search.is_empty() => 0,
        _ if key.starts_with(search) => 1,
        _ if key.contains(search) || name.contains(search) => 2,
        _ => return None,
    };
    Some((Position { rank, created_at: user.created_at, id: user.id.clone() }, user.clone()))
}

#[async_trait]
impl Users for MemoryStore {
    async fn list_users(&self, listing: &Listing) -> Result<Vec<(Position, User)>, Unavailable> {
        let state = self.state();
        let mut all: Vec<(Position, User)> =
            state.users.values().filter_map(|user| ranked(user, listing.search.as_str())).collect();
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
}

#[async_trait]
impl ApiKeys for MemoryStore {
    async fn list_api_keys(&self, page: Page<&KeyId>) -> Result<Vec<(DateTime<Utc>, ApiKey)>, Unavailable> {
        let state = self.state();
        let later = state.api_keys.values().filter(|key| page.after.is_none_or(|after| key.id > *after));
        let created = |key: &ApiKey| {
            let first =
                |change: &&ChangeRecord| change.kind == RecordKind::ApiKey && change.key == key.id.as_str();
            state.changes.iter().find(first).map(|change| (change.at, key.clone()))
        };
        Ok(later.filter_map(created).take(page.limit as usize).collect())
    }
}
