//! How many reads and changes each contract was asked for in the last hour, which the console shows as plots.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// Seconds that are counted together.
pub const SLOT_SECONDS: u32 = 10;
/// Slots of an hour.
const SLOTS: u64 = 360;

/// Calls of a contract within one slot.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Calls {
    /// Those with GET and HEAD.
    pub reads: u32,
    /// All others.
    pub changes: u32,
}

/// The calls of ten seconds.
#[derive(Default)]
struct Slot {
    number: u64,
    calls: BTreeMap<&'static str, Calls>,
}

/// The calls of the last hour that this server has answered.
pub struct Traffic {
    begun: Instant,
    slots: Mutex<VecDeque<Slot>>,
}

impl Default for Traffic {
    fn default() -> Self {
        Self { begun: Instant::now(), slots: Mutex::default() }
    }
}

impl Traffic {
    fn slots(&self) -> MutexGuard<'_, VecDeque<Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn number(&self, at: Instant) -> u64 {
        // Slot 0 is before the first, so that a slot that has ended can be told from one that has not begun.
        at.saturating_duration_since(self.begun).as_secs() / u64::from(SLOT_SECONDS) + 1
    }

    /// Counts a call that began at `at`.
    pub(crate) fn count(&self, contract: &'static str, is_read: bool, at: Instant) {
        let (number, mut slots) = (self.number(at), self.slots());
        if slots.back().is_none_or(|last| last.number < number) {
            slots.push_back(Slot { number, ..Slot::default() });
            while slots.front().is_some_and(|first| first.number + SLOTS < number) {
                slots.pop_front();
            }
        }
        let Some(slot) = slots.back_mut() else { return };
        let calls = slot.calls.entry(contract).or_default();
        let counter = if is_read { &mut calls.reads } else { &mut calls.changes };
        *counter = counter.saturating_add(1);
    }

    /// Returns the calls of each contract in the slots of the last hour that have ended, the oldest first.
    #[must_use]
    pub fn last_hour(&self, now: Instant) -> BTreeMap<&'static str, Vec<Calls>> {
        let (number, slots) = (self.number(now), self.slots());
        let first = number.saturating_sub(SLOTS).max(1);
        let mut hour: BTreeMap<&'static str, Vec<Calls>> = BTreeMap::new();
        let length = usize::try_from(number - first).unwrap_or_default();
        for slot in slots.iter().filter(|slot| slot.number >= first) {
            for (contract, calls) in &slot.calls {
                let of = hour.entry(contract).or_insert_with(|| vec![Calls::default(); length]);
                // The slot that goes on has no place yet.
                if let Some(place) =
                    usize::try_from(slot.number - first).ok().and_then(|place| of.get_mut(place))
                {
                    *place = *calls;
                }
            }
        }
        hour
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn slots_that_have_ended_are_told_and_forgotten_after_an_hour() {
        let traffic = Traffic::default();
        let at = |seconds| traffic.begun + Duration::from_secs(seconds);
        traffic.count("account", true, at(1));
        traffic.count("account", false, at(9));
        traffic.count("users", true, at(21));
        assert!(traffic.last_hour(at(5))["account"].is_empty());
        let (one, none) = (Calls { reads: 1, changes: 1 }, Calls::default());
        assert_eq!(traffic.last_hour(at(31))["account"], [one, none, none]);
        assert_eq!(traffic.last_hour(at(31))["users"], [none, none, Calls { reads: 1, changes: 0 }]);
        let hour = traffic.last_hour(at(3_615));
        assert!(!hour.contains_key("account") && hour["users"].len() == 360, "{hour:?}");
    }
}
