//! The changes of a person, oldest first, though the store lists them newest first.

use profile_domain::{PersonId, change::ChangeRecord};
use profile_ports::{Page, Store, Unavailable};
use uuid::Uuid;

/// Changes that are read at once.
const PAGE: u32 = 200;

/// The changes that a person has at one moment, page by page. Only where pages begin is in memory; a change stays where it is.
pub(crate) struct PersonChanges {
    person: PersonId,
    /// Behind which change each page lies, the newest page first; the newest change of all is a page of its own.
    pages: Vec<Uuid>,
    newest: Option<ChangeRecord>,
    /// Before which change everything was returned.
    read_up_to: Option<Uuid>,
}

impl PersonChanges {
    /// Finds where the pages begin.
    pub(crate) async fn of(store: &dyn Store, person: PersonId) -> Result<Self, Unavailable> {
        let newest = store.person_changes(person, Page::first(1)).await?.pop();
        let (mut pages, mut before) = (Vec::new(), newest.as_ref().map(|newest| newest.id));
        while let Some(place) = before {
            pages.push(place);
            let page = store.person_changes(person, Page { after: Some(place), limit: PAGE }).await?;
            before = page.last().map(|last| last.id);
        }
        Ok(Self { person, pages, newest, read_up_to: None })
    }

    /// Returns the next page, oldest first; nothing at the end. A page may have grown since: a change that was being committed
    /// when its pages were found has turned up in the middle.
    pub(crate) async fn next(&mut self, store: &dyn Store) -> Result<Vec<ChangeRecord>, Unavailable> {
        while let Some(end) = self.pages.pop() {
            let begin = self.read_up_to.replace(end);
            let (mut changes, mut before) = (Vec::new(), Some(end));
            while let Some(place) = before {
                let next = Page { after: Some(place), limit: PAGE };
                let page = store.person_changes(self.person, next).await?;
                before =
                    page.last().map(|last| last.id).filter(|last| begin.is_none_or(|begin| begin < *last));
                changes
                    .extend(page.into_iter().filter(|change| begin.is_none_or(|begin| begin <= change.id)));
            }
            if !changes.is_empty() {
                changes.reverse();
                return Ok(changes);
            }
        }
        Ok(self.newest.take().into_iter().collect())
    }
}
