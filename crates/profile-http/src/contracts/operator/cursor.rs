//! Cursors: where a list goes on, sealed, so that only the list that gave one takes it (operator API page, section 1).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use profile_ports::{KeyedHash, Purpose};

use super::query::Query;
use crate::State;

/// A list: its operation and what it is filtered by.
pub(super) struct List<'a> {
    hash: &'a dyn KeyedHash,
    /// Tells lists apart.
    of: String,
}

impl<'a> List<'a> {
    /// The list that `of` tells from the others.
    pub(super) fn new(state: &'a State, of: impl Into<String>) -> Self {
        Self { hash: &*state.ports.keyed_hash, of: of.into() }
    }

    /// Cuts a page that was asked for one item more than it shows; returns the cursor to go on from if there are more.
    pub(super) fn cut<T>(
        &self,
        items: &mut Vec<T>,
        limit: u32,
        place: impl FnOnce(&T) -> String,
    ) -> Option<String> {
        let has_more = items.len() > limit as usize;
        items.truncate(limit as usize);
        items.last().filter(|_| has_more).map(|last| self.cursor(&place(last)))
    }

    /// Returns the cursor behind `place`.
    pub(super) fn cursor(&self, place: &str) -> String {
        format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(place),
            self.hash.hash(Purpose::OperatorCursor, &self.sealed(place))
        )
    }

    /// Returns the place of the query's cursor, as `read` understands it; absent at the beginning of the list.
    pub(super) fn place<T>(&self, query: &mut Query, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        query.parse("cursor", "value", |cursor| self.read(cursor, read))
    }

    /// Returns the place of a cursor; `None` if this list did not give it.
    pub(super) fn read<T>(&self, cursor: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let (place, seal) = cursor.split_once('.')?;
        let place = String::from_utf8(URL_SAFE_NO_PAD.decode(place).ok()?).ok()?;
        let is_ours = self.hash.seals(Purpose::OperatorCursor, &self.sealed(&place), seal);
        read(&place).filter(|_| is_ours)
    }

    fn sealed(&self, place: &str) -> String {
        format!("{}\n{place}", self.of)
    }
}
