//! Which keys import at the moment: one import of each at a time, which its key can stop.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use profile_domain::operator::OperatorKeyId;
use tokio::sync::watch;

use crate::Report;

/// What others know of a running import.
struct Entry {
    stop: Arc<AtomicBool>,
    stopped: watch::Receiver<Option<Report>>,
}

type Entries = Arc<Mutex<HashMap<OperatorKeyId, Entry>>>;

/// The imports that run on this server.
#[derive(Clone, Default)]
pub struct RunningImports(Entries);

impl RunningImports {
    /// Begins an import of `key`; `None` if one is running.
    #[must_use]
    pub fn begin(&self, key: &OperatorKeyId) -> Option<RunningImport> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if running.contains_key(key) {
            return None;
        }
        let (stop, (outcome, stopped)) = (Arc::default(), watch::channel(None));
        running.insert(key.clone(), Entry { stop: Arc::clone(&stop), stopped });
        Some(RunningImport { entries: Arc::clone(&self.0), key: key.clone(), stop, outcome })
    }

    /// Stops the import of `key` behind the rows that it works on. Returns where its report will be, which stays away if it
    /// ends by itself first; `None` if none is running.
    #[must_use]
    pub fn stop(&self, key: &OperatorKeyId) -> Option<watch::Receiver<Option<Report>>> {
        let running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = running.get(key)?;
        entry.stop.store(true, Ordering::Relaxed);
        Some(entry.stopped.clone())
    }
}

/// An import that runs until this is dropped.
pub struct RunningImport {
    entries: Entries,
    key: OperatorKeyId,
    stop: Arc<AtomicBool>,
    outcome: watch::Sender<Option<Report>>,
}

impl RunningImport {
    /// Returns whether somebody has stopped the import.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Reports how far the import has come to whoever has stopped it.
    pub(crate) fn report_stopped(&self, report: Report) {
        self.outcome.send_replace(Some(report));
    }
}

impl Drop for RunningImport {
    fn drop(&mut self) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_imports_one_file_at_a_time_and_stops_its_own() {
        let imports = RunningImports::default();
        let [mine, other] =
            ["opk_7fK2mQ9xLd4TzB", "opk_7fK2mQ9xLd4TzC"].map(|id| OperatorKeyId::try_from(id).unwrap());
        assert!(imports.stop(&mine).is_none());
        let running = imports.begin(&mine).unwrap();
        assert!(imports.begin(&mine).is_none());
        let others = imports.begin(&other).unwrap();
        let stopped = imports.stop(&mine).unwrap();
        assert!(running.is_stopped() && !others.is_stopped());
        running.report_stopped(Report { imported: 2, ..Report::default() });
        drop(running);
        assert_eq!(stopped.borrow().map(|report| report.imported), Some(2));
        assert!(imports.begin(&mine).is_some());
    }
}
