//! Rows that are imported at the same time, and what may not be in one batch.

use std::collections::HashSet;

use futures_util::future::join_all;
use profile_usecases::Ports;

use crate::{
    RowError,
    kinds::{self, ImportRow},
    lines::Place,
    names::{Holder, Name},
    waiting::{Waiting, WaitingRow},
    work::{Event, Tally, Work},
};

/// Most rows of a batch; the embedded store shares one flush among them.
const MAX_ROWS: usize = 256;
/// Most bytes of their lines, but for a single line that is longer.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// A row with everything that decides when it may be imported.
pub(crate) struct Task {
    pub(crate) place: Place,
    /// Two rows with the same key are about the same record.
    pub(crate) key: String,
    /// What the row asks for that only one record may have, and the record.
    pub(crate) claim: Option<(Holder, Vec<Name>)>,
    pub(crate) row: Box<dyn ImportRow>,
}

impl Task {
    pub(crate) fn parse(ports: &Ports, place: Place, bytes: &[u8]) -> Result<Self, RowError> {
        let row = kinds::parse(bytes)?;
        Ok(Self { place, key: row.key(), claim: row.claim(ports), row })
    }

    /// The names that the row asks for.
    pub(crate) fn names(&self) -> &[Name] {
        self.claim.as_ref().map_or(&[], |(_, names)| names)
    }

    /// What is kept of a row that has to wait; only one that may ask for names ever does.
    pub(crate) fn into_waiting(self) -> Option<WaitingRow> {
        let (holder, names) = self.claim?;
        Some(WaitingRow { place: self.place, key: self.key, holder, names })
    }
}

/// Rows with different keys and names, which may therefore be imported in any order.
#[derive(Default)]
pub(crate) struct Batch {
    tasks: Vec<Task>,
    keys: HashSet<String>,
    names: HashSet<Name>,
    bytes: u64,
}

impl Batch {
    /// Whether the batch must run before a line of so many bytes is added.
    pub(crate) fn is_full(&self, length: u64) -> bool {
        self.tasks.len() >= MAX_ROWS || (!self.tasks.is_empty() && self.bytes + length > MAX_BYTES)
    }

    /// Whether the batch must run before `task` is added.
    pub(crate) fn concerns(&self, task: &Task) -> bool {
        self.keys.contains(&task.key) || task.names().iter().any(|name| self.names.contains(name))
    }

    pub(crate) fn add(&mut self, task: Task) {
        self.keys.insert(task.key.clone());
        self.names.extend(task.names().iter().cloned());
        self.bytes += task.place.length;
        self.tasks.push(task);
    }

    /// Imports every row; those whose names are taken wait for the end of the pass.
    pub(crate) async fn run<T: FnMut(Event)>(
        &mut self,
        work: &Work,
        tally: &mut Tally<T>,
        waiting: &mut Waiting,
    ) {
        let Self { tasks, .. } = std::mem::take(self);
        let running = tasks
            .into_iter()
            .map(async |Task { place, key, claim, row }| (place, key, claim, work.import(row).await));
        for (place, key, claim, outcome) in join_all(running).await {
            match claim {
                Some((holder, names)) if outcome.is_taken() => {
                    waiting.add(WaitingRow { place, key, holder, names });
                }
                _ => tally.record(place, outcome),
            }
        }
    }
}
