//! The projection by which people are searched, in memory.

use std::collections::BTreeSet;

use async_trait::async_trait;
use profile_domain::{
    PersonId,
    change::RecordKind,
    operator::search::{Name, SearchEntry, Term},
};
use profile_ports::{
    Page, PersonSearch, RecordRef, SearchIndex, SearchMatch, SearchProgress, SearchScope, SearchStep,
    Unavailable,
};
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
fn identifiers<'a>(entry: &'a SearchEntry, search: &PersonSearch) -> Vec<(&'a Term, bool)> {
    let terms = entry.terms.iter().flatten().filter(|term| search.scope.with_personal || !term.is_personal);
    terms.filter_map(|term| Some((term, search.query.equals(term)?))).collect()
}

/// The names of an entry that a query finds.
fn names<'a>(entry: &'a SearchEntry, search: &PersonSearch) -> Vec<&'a Name> {
    let is_read = search.scope.with_personal || !entry.has_personal_names;
    if is_read { search.query.within(&entry.names) } else { Vec::new() }
}

/// A page of the people of whom an entry is found, by their ids.
fn persons<'a>(found: impl Iterator<Item = &'a SearchEntry>, page: Page<PersonId>) -> Vec<PersonId> {
    let persons: BTreeSet<PersonId> = found.map(|entry| entry.person).collect();
    let behind = persons.into_iter().filter(|person| page.after.is_none_or(|after| *person > after));
    behind.take(page.limit as usize).collect()
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
            state.search_position = *to;
            state.search_beat += 1;
        }
        for entry in entries {
            let place = (entry.kind, entry.key.clone());
            let stored = state.search_entries.get(&place);
            if stored.is_none_or(|stored| stored.version <= entry.version) {
                let terms = entry.terms.as_ref().or_else(|| stored?.terms.as_ref()).cloned();
                state.search_entries.insert(place, SearchEntry { terms, ..entry.clone() });
            }
        }
        Ok(true)
    }

    async fn find_unmoved(
        &self,
        records: &[(RecordRef<'_>, Option<PersonId>)],
    ) -> Result<Vec<(RecordKind, String)>, Unavailable> {
        let state = self.state();
        let unmoved = records.iter().filter(|(RecordRef { kind, key }, person)| {
            let stored = state.search_entries.get(&(Some(*kind), (*key).to_owned()));
            stored.is_some_and(|entry| Some(entry.person) == *person)
        });
        Ok(unmoved.map(|(record, _)| (record.kind, record.key.to_owned())).collect())
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
        search: &PersonSearch,
        page: Page<PersonId>,
    ) -> Result<Vec<PersonId>, Unavailable> {
        let state = self.state();
        let found = state.searched(&search.scope).filter(|entry| !identifiers(entry, search).is_empty());
        Ok(persons(found, page))
    }

    async fn find_named(
        &self,
        search: &PersonSearch,
        page: Page<PersonId>,
    ) -> Result<Vec<PersonId>, Unavailable> {
        let state = self.state();
        let found = state.searched(&search.scope).filter(|entry| !names(entry, search).is_empty());
        Ok(persons(found, page))
    }

    async fn search_matches(
        &self,
        search: &PersonSearch,
        persons: &[PersonId],
    ) -> Result<Vec<(PersonId, SearchMatch)>, Unavailable> {
        let state = self.state();
        let mut matches = Vec::new();
        for entry in state.searched(&search.scope).filter(|entry| persons.contains(&entry.person)) {
            let identified = identifiers(entry, search).into_iter();
            let named = names(entry, search).into_iter();
            let all = identified
                .map(|(term, exact)| matched(entry, term.field.as_ref(), false, exact))
                .chain(named.map(|name| matched(entry, Some(&name.field), true, false)));
            matches.extend(all.map(|one| (entry.person, one)));
        }
        Ok(matches)
    }
}
