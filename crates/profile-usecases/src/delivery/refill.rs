//! When more is sent: a look at the log costs the database as much for one change as for several.

use std::time::Duration;

use tokio::time::Instant;

/// How long a few places are left free for the others to become free as well.
const PATIENCE: Duration = Duration::from_millis(10);

/// When the places of those that were confirmed are filled again.
pub(super) struct Refill {
    /// How many free places are filled at once.
    enough: usize,
    filled_at: Instant,
}

impl Refill {
    /// Returns one that is due, for so many places.
    pub(super) fn new(places: usize) -> Self {
        Self { enough: places / 4, filled_at: Instant::now() }
    }

    /// Notes that places are being filled.
    pub(super) fn note(&mut self) {
        self.filled_at = Instant::now();
    }

    /// From when `free` places may be filled; `None` where there are none.
    pub(super) fn due_at(&self, free: usize) -> Option<Instant> {
        match free {
            0 => None,
            few if few < self.enough => Some(self.filled_at + PATIENCE),
            _ => Some(self.filled_at),
        }
    }

    /// Returns whether `free` places may be filled now.
    pub(super) fn is_due(&self, free: usize) -> bool {
        self.due_at(free).is_some_and(|at| at <= Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_places_are_filled_at_once_and_few_after_a_moment() {
        let refill = Refill::new(64);
        let filled_at = refill.filled_at;
        assert_eq!(refill.due_at(0), None);
        assert_eq!(refill.due_at(1), Some(filled_at + PATIENCE));
        assert_eq!(refill.due_at(15), Some(filled_at + PATIENCE));
        assert_eq!(refill.due_at(16), Some(filled_at));
        assert!(refill.is_due(64) && !refill.is_due(0));
    }
}
