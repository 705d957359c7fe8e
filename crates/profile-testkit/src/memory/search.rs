//! The projection by which people are searched, in memory.

use std::collections::BTreeSet;

use async_trait::async_trait;
use profile_domain::{
    PersonId,
    operator::search::{Name, PersonQuery, SearchEntry, Term},
};
use profile_ports::{SearchIndex, SearchMatch, SearchProgress, SearchScope, SearchStep, Unavailable};
use uuid::Uuid;

use super::store::{MemoryStore, State};

impl State {
    fn searched<'a>(&'a self, scope: &'a SearchScope) -> impl Iterator<Item = &'a SearchEntry> {
        self.search_entries.values().filter(|entry| {
            scope.kinds.is_empty() || entry.kind.is_some_and(|kind| scope.kinds.contains(&kind))
        })
    }
}

/// The identifiers of an entry that a query equals.
fn identifiers<'a>(
    entry: &'a SearchEntry,
    query: &PersonQuery,
    scope: &SearchScope,
) -> Vec<(&'a Term, bool)> {
    let terms = entry.terms.iter().filter(|term| scope.with_personal || !term.is_personal);
    terms.filter_map(|term| Some((term, query.equals(term)?))).collect()
}

/// The names of an entry that a query finds.
fn names<'a>(entry: &'a SearchEntry, query: &PersonQuery, scope: &SearchScope) -> Vec<&'a Name> {
    let is_read = scope.with_personal || !entry.has_personal_names;
    if is_read { query.within(&entry.names) } else { Vec::new() }
}

/// The people behind `after` of whom an entry is found, by their ids.
fn page<'a>(
    found: impl Iterator<Item = &'a SearchEntry>,
    after: Option<PersonId>,
    limit: u32,
) -> Vec<PersonId> {
    let persons: BTreeSet<PersonId> = found.map(|entry| entry.person).collect();
    let behind = persons.into_iter().filter(|person| after.is_none_or(|after| *person > after));
    behind.take(limit as usize).collect()
}

fn matched(entry: &SearchEntry, field: Option<&String>, is_name: bool, exact: bool) -> SearchMatch {
    SearchMatch { is_name, kind: entry.kind, key: entry.key.clone(), field: field.cloned(), exact }
}

#[async_trait]
impl SearchIndex for MemoryStore {
    async fn search_progress(&self) -> Result<SearchProgress, Unavailable> {
        let state = self.state();
        let (position, follower) = (state.search_position, state.search_follower);
        Ok(SearchProgress { position, follower, beat: state.search_beat })
    }

    async fn set_search_follower(&self, follower: Option<Uuid>, beat: i64) -> Result<bool, Unavailable> {
        let mut state = self.state();
        let is_so = state.search_beat == beat;
        if is_so {
            state.search_follower = follower;
            state.search_beat += 1;
        }
        Ok(is_so)
    }

    async fn store_search_entries(
        &self,
        entries: &[SearchEntry],
        step: Option<&SearchStep>,
    ) -> Result<bool, Unavailable> {
        let mut state = self.state();
        if let Some(SearchStep { follower, from, to }) = step {
            if state.search_follower != Some(*follower) || state.search_position != *from {
                return Ok(false);
            }
            state.search_position = Some(*to);
            state.search_beat += 1;
        }
        for entry in entries {
            let place = (entry.kind, entry.key.clone());
            if state.search_entries.get(&place).is_none_or(|stored| stored.version <= entry.version) {
                state.search_entries.insert(place, entry.clone());
            }
        }
        Ok(true)
    }

    async fn clear_search(&self) -> Result<(), Unavailable> {
        let mut state = self.state();
        state.search_entries.clear();
        state.search_position = None;
        state.search_follower = None;
        state.search_beat += 1;
        Ok(())
    }

    async fn find_identified(
        &self,
        query: &PersonQuery,
        scope: &SearchScope,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<PersonId>, Unavailable> {
        let state = self.state();
        let found = state.searched(scope).filter(|entry| !identifiers(entry, query, scope).is_empty());
        Ok(page(found, after, limit))
    }

    async fn find_named(
        &self,
        query: &PersonQuery,
        scope: &SearchScope,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<PersonId>, Unavailable> {
        let state = self.state();
        let found = state.searched(scope).filter(|entry| !names(entry, query, scope).is_empty());
        Ok(page(found, after, limit))
    }

    async fn search_matches(
        &self,
        query: &PersonQuery,
        scope: &SearchScope,
        persons: &[PersonId],
    ) -> Result<Vec<(PersonId, SearchMatch)>, Unavailable> {
        let state = self.state();
        let mut matches = Vec::new();
        for entry in state.searched(scope).filter(|entry| persons.contains(&entry.person)) {
            let identified = identifiers(entry, query, scope).into_iter();
            let named = names(entry, query, scope).into_iter();
            let all = identified
                .map(|(term, exact)| matched(entry, term.field.as_ref(), false, exact))
                .chain(named.map(|name| matched(entry, Some(&name.field), true, false)));
            matches.extend(all.map(|one| (entry.person, one)));
        }
        Ok(matches)
    }
}
