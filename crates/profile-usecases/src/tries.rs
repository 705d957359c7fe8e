//! The tries of one write: within the caller's turn, with a pause before each but the first.

use std::time::Duration;

use tokio::time::sleep;

use crate::{Ports, turns::Turn};

/// Most tries. In a turn only writers of other processes can be faster, and each time one of them has succeeded.
const MAX_TRIES: u32 = 64;
/// The pause before the second try; each further one is twice as long, up to [`LONGEST`].
const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_millis(32);

/// The tries of a write that goes on until it is dropped.
pub(crate) struct Tries<'a> {
    ports: &'a Ports,
    /// None if it did not come in time.
    turn: Option<Turn>,
    count: u32,
}

impl Ports {
    /// The tries of a write of what is stored under `key`, once it is the caller's turn; `of` is the kind of record, or what
    /// else it is. A caller must not ask for a second turn meanwhile.
    pub(crate) async fn tries_of(&self, of: &'static str, key: String) -> Tries<'_> {
        Tries { ports: self, turn: self.turns.take((of, key)).await, count: 0 }
    }
}

impl Tries<'_> {
    /// Whether somebody else may have written since the record was read: then a try from that would be in vain.
    pub(crate) fn waited(&self) -> bool {
        self.turn.as_ref().is_some_and(|turn| turn.waited)
    }

    /// Whether there is one more try, after the pause before it; if not, the record is contended.
    pub(crate) async fn more(&mut self) -> bool {
        if self.turn.is_none() || self.count == MAX_TRIES {
            return false;
        }
        if self.count > 0 {
            let longest = LONGEST.min(SHORTEST * (1 << self.count.min(6)));
            // Two who were refused together shall not come back together.
            let dice = self.ports.ids.random() % 256;
            sleep(longest / 2 + longest / 2 * u32::try_from(dice).unwrap_or_default() / 255).await;
        }
        self.count += 1;
        true
    }
}
