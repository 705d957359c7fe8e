//! Rows whose names are not free yet, and what keeps each of them waiting.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::{
    batch::Task,
    lines::Place,
    names::{Holder, Name},
};

/// A row that waits; its line is read again when it is imported.
pub(crate) struct WaitingRow {
    pub(crate) place: Place,
    /// Two rows with the same key are about the same record.
    pub(crate) key: String,
    pub(crate) holder: Holder,
    /// What the row asks for that only one record may have.
    pub(crate) names: Vec<Name>,
}

/// The rows of one pass that wait for its end.
#[derive(Default)]
pub(crate) struct Waiting {
    rows: Vec<WaitingRow>,
    keys: HashSet<String>,
    names: HashSet<Name>,
}

impl Waiting {
    /// Whether `task` must wait as well: behind a row about the same record, or one that asked earlier for the same name.
    pub(crate) fn concerns(&self, task: &Task) -> bool {
        let asks = task.claim.is_some();
        asks && (self.keys.contains(&task.key) || task.names().iter().any(|name| self.names.contains(name)))
    }

    pub(crate) fn add(&mut self, row: WaitingRow) {
        self.keys.insert(row.key.clone());
        self.names.extend(row.names.iter().cloned());
        self.rows.push(row);
    }

    /// The rows in the order of their lines.
    pub(crate) fn into_rows(mut self) -> Vec<WaitingRow> {
        self.rows.sort_by_key(|row| row.place.number);
        self.rows
    }
}

/// Why a row waits for another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// The other one is an earlier line about the same record.
    SameRecord,
    /// The other one asked earlier for the same name.
    AskedEarlier,
    /// The other one's record has the name, and may give it up.
    HasName,
}

/// Which row waits for which other one. A row is named by its place in the list.
pub(crate) struct Order {
    rows: Vec<Option<WaitingRow>>,
    of_key: HashMap<String, BTreeSet<usize>>,
    asking: HashMap<Name, BTreeSet<usize>>,
    /// The key of the record that has a name, among the records of the list.
    having: HashMap<Name, String>,
    had: HashMap<String, Vec<Name>>,
}

impl Order {
    pub(crate) fn of(rows: Vec<WaitingRow>) -> Self {
        let mut of_key: HashMap<String, BTreeSet<usize>> = HashMap::new();
        let mut asking: HashMap<Name, BTreeSet<usize>> = HashMap::new();
        for (index, row) in rows.iter().enumerate() {
            of_key.entry(row.key.clone()).or_default().insert(index);
            for name in &row.names {
                asking.entry(name.clone()).or_default().insert(index);
            }
        }
        let rows = rows.into_iter().map(Some).collect();
        Self { rows, of_key, asking, having: HashMap::new(), had: HashMap::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row, as long as it waits.
    pub(crate) fn row(&self, index: usize) -> Option<&WaitingRow> {
        self.rows.get(index)?.as_ref()
    }

    /// Remembers which names the record `key` has now.
    pub(crate) fn set_names(&mut self, key: &str, names: Vec<Name>) {
        for name in self.had.remove(key).unwrap_or_default() {
            if self.having.get(&name).is_some_and(|having| having == key) {
                self.having.remove(&name);
            }
        }
        for name in &names {
            self.having.insert(name.clone(), key.to_owned());
        }
        self.had.insert(key.to_owned(), names);
    }

    /// Takes a row off the list.
    pub(crate) fn remove(&mut self, index: usize) -> Option<WaitingRow> {
        let row = self.rows.get_mut(index)?.take()?;
        if let Some(rows) = self.of_key.get_mut(&row.key) {
            rows.remove(&index);
        }
        for name in &row.names {
            if let Some(rows) = self.asking.get_mut(name) {
                rows.remove(&index);
            }
        }
        Some(row)
    }

    /// The rows that `index` waits for, each with the reason.
    pub(crate) fn blockers(&self, index: usize) -> Vec<(usize, Why)> {
        let Some(row) = self.row(index) else { return Vec::new() };
        let first_of = |key: &str| self.of_key.get(key).and_then(BTreeSet::first).copied();
        let earlier = first_of(&row.key).filter(|first| *first < index);
        let mut blockers: Vec<(usize, Why)> =
            earlier.map(|first| (first, Why::SameRecord)).into_iter().collect();
        for name in &row.names {
            let having = self.having.get(name);
            if having.is_some_and(|key| *key == row.key) {
                continue;
            }
            let first = self.asking.get(name).and_then(BTreeSet::first).copied();
            blockers.extend(first.filter(|first| *first < index).map(|first| (first, Why::AskedEarlier)));
            blockers.extend(having.and_then(|key| first_of(key)).map(|first| (first, Why::HasName)));
        }
        blockers
    }

    /// The name that `index` asks for and that the record of `other` has.
    pub(crate) fn wanted_of(&self, index: usize, other: usize) -> Option<&Name> {
        let other = &self.row(other)?.key;
        self.row(index)?.names.iter().find(|name| self.having.get(name) == Some(other))
    }
}
