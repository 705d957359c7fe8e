//! An operator searches for people (operator API page, section 8).

use std::collections::BTreeMap;

use profile_domain::{
    PersonId,
    change::RecordKind,
    operator::{Role, Rule, search::PersonQuery},
};
use profile_ports::{Page, PersonSearch, SearchMatch, SearchScope, Unavailable};

use super::{OperatorRefusal, get_person::is_known};
use crate::Ports;

/// Most matches that are listed with a person.
const MAX_MATCHES: usize = 5;

/// Where a list of people goes on: behind somebody who was found by an identifier, or by a name. Identifiers come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchPlace {
    /// Behind a person whom an identifier equals.
    Identified(PersonId),
    /// Behind a person whose names contain the words.
    Named(PersonId),
}

/// A person who is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPerson {
    /// The person.
    pub person: PersonId,
    /// Why: identifiers first, then names; at most five.
    pub matches: Vec<SearchMatch>,
}

/// A page of people who are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPersons {
    /// The people.
    pub persons: Vec<FoundPerson>,
    /// Where the list goes on; `None` at its end.
    pub next: Option<SearchPlace>,
}

/// Returns at most `limit` people who are found by `text`, by what `role` may read, among records of `kinds` (all if there are
/// none), behind `after`.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn search_persons(
    ports: &Ports,
    role: Role,
    text: &str,
    kinds: Vec<RecordKind>,
    after: Option<SearchPlace>,
    limit: u32,
) -> Result<FoundPersons, OperatorRefusal> {
    let scope = SearchScope { with_personal: Rule::ReadPersonal.allows(role), kinds };
    let query = PersonQuery::of(text);
    let own = match query.person().filter(|_| scope.kinds.is_empty()) {
        Some(person) if is_known(ports, person).await? => Some(person),
        _ => None,
    };
    let search = Search { ports, asked: PersonSearch { query, scope }, own };
    let mut page = FoundPersons { persons: Vec::new(), next: None };
    let (is_named, behind) = match after {
        Some(SearchPlace::Named(person)) => (true, Some(person)),
        Some(SearchPlace::Identified(person)) => (false, Some(person)),
        None => (false, None),
    };
    if !is_named {
        search.identified(&mut page, behind, limit).await?;
    }
    if page.next.is_none() {
        search.named(&mut page, behind.filter(|_| is_named), limit).await?;
    }
    Ok(page)
}

/// A search, as far as it is the same for every page.
struct Search<'a> {
    ports: &'a Ports,
    asked: PersonSearch,
    /// The person whose id the text is.
    own: Option<PersonId>,
}

impl Search<'_> {
    /// Adds the people whom an identifier equals.
    async fn identified(
        &self,
        page: &mut FoundPersons,
        behind: Option<PersonId>,
        limit: u32,
    ) -> Result<(), Unavailable> {
        let store = &self.ports.store;
        let mut found = store.find_identified(&self.asked, Page { after: behind, limit: limit + 1 }).await?;
        found.extend(self.own.filter(|own| behind.is_none_or(|behind| *own > behind)));
        found.sort_unstable();
        found.dedup();
        let has_more = found.len() > limit as usize;
        found.truncate(limit as usize);
        if has_more {
            page.next = found.last().copied().map(SearchPlace::Identified);
        }
        let mut reasons = self.reasons(&found).await?;
        for person in found {
            page.add(person, reasons.remove(&person).unwrap_or_default());
        }
        Ok(())
    }

    /// Adds the people whose names contain the words, but those whom an identifier equals, who came before.
    async fn named(
        &self,
        page: &mut FoundPersons,
        mut behind: Option<PersonId>,
        limit: u32,
    ) -> Result<(), Unavailable> {
        loop {
            // One more, to know whether there are any behind this page.
            let wanted = (limit + 1).saturating_sub(u32::try_from(page.persons.len()).unwrap_or(u32::MAX));
            let next = Page { after: behind, limit: wanted };
            let found = self.ports.store.find_named(&self.asked, next).await?;
            let mut reasons = self.reasons(&found).await?;
            for person in &found {
                let reasons = reasons.remove(person).unwrap_or_default();
                if reasons.iter().any(|reason| !reason.is_name) {
                    continue;
                }
                if page.persons.len() == limit as usize {
                    page.next = Some(match behind {
                        Some(behind) => SearchPlace::Named(behind),
                        None => page.end(),
                    });
                    return Ok(());
                }
                page.add(*person, reasons);
                behind = Some(*person);
            }
            if found.len() < wanted as usize {
                return Ok(());
            }
            behind = found.last().copied();
        }
    }

    /// Returns why people are found, the best reasons first.
    async fn reasons(
        &self,
        persons: &[PersonId],
    ) -> Result<BTreeMap<PersonId, Vec<SearchMatch>>, Unavailable> {
        let mut reasons: BTreeMap<PersonId, Vec<SearchMatch>> = BTreeMap::new();
        for (person, reason) in self.ports.store.search_matches(&self.asked, persons).await? {
            reasons.entry(person).or_default().push(reason);
        }
        if let Some(own) = self.own.filter(|own| persons.contains(own)) {
            let field = Some("person".to_owned());
            let reason =
                SearchMatch { is_name: false, kind: None, key: own.0.to_string(), field, exact: true };
            reasons.entry(own).or_default().push(reason);
        }
        for reasons in reasons.values_mut() {
            reasons.sort_unstable();
            // A phone may equal the text both as it is and by its digits.
            reasons.dedup_by(|next, kept| {
                let is_same = (&next.key, &next.field, next.kind, next.is_name)
                    == (&kept.key, &kept.field, kept.kind, kept.is_name);
                kept.exact |= is_same && next.exact;
                is_same
            });
            reasons.truncate(MAX_MATCHES);
        }
        Ok(reasons)
    }
}

impl FoundPersons {
    /// Adds a person, unless their records have changed since they were found.
    fn add(&mut self, person: PersonId, matches: Vec<SearchMatch>) {
        if !matches.is_empty() {
            self.persons.push(FoundPerson { person, matches });
        }
    }

    /// Returns the place behind a page on which everybody was found by an identifier.
    fn end(&self) -> SearchPlace {
        let last = self.persons.last().map_or(PersonId(uuid::Uuid::nil()), |last| last.person);
        SearchPlace::Identified(last)
    }
}
