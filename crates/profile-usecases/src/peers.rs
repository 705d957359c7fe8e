//! Which of the servers that share a database live, without comparing clocks: the beat of each moves, or stands still.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use profile_ports::KeyHolder;
use uuid::Uuid;

/// How long the beat of a server stands still before the others take it for dead. Living ones move it every second.
const STANDS_STILL: Duration = Duration::from_millis(2500);

/// This server and those beside it, as far as it has seen them.
pub struct Peers {
    own: Uuid,
    others: Mutex<HashMap<Uuid, Seen>>,
}

/// The last beat of a server, and when it was seen first.
struct Seen {
    beat: i64,
    since: Instant,
}

impl Peers {
    /// Returns the peers of a server that has seen no other one.
    #[must_use]
    pub fn new(own: Uuid) -> Self {
        Self { own, others: Mutex::default() }
    }

    /// Returns the id of this server, a new one with each start.
    #[must_use]
    pub const fn own(&self) -> Uuid {
        self.own
    }

    /// Notes the servers that are registered now.
    pub fn note(&self, registered: &[KeyHolder], now: Instant) {
        let mut others = self.others();
        others.retain(|server, _| registered.iter().any(|holder| holder.server == *server));
        for &KeyHolder { server, beat, .. } in registered {
            if server == self.own {
                continue;
            }
            let seen = others.entry(server).or_insert(Seen { beat, since: now });
            if seen.beat != beat {
                *seen = Seen { beat, since: now };
            }
        }
    }

    /// Returns whether a server lives: this one, or one whose beat has moved of late.
    #[must_use]
    pub fn is_living(&self, server: Uuid) -> bool {
        server == self.own || self.is_living_at(server, Instant::now())
    }

    /// Returns whether this server does what one of them is enough for: of those that live it has begun first, as ids sort by their
    /// time. While servers come and go two may believe so, or none.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.is_first_at(Instant::now())
    }

    fn is_first_at(&self, now: Instant) -> bool {
        !self.others().iter().any(|(other, seen)| *other < self.own && seen.is_living(now))
    }

    /// Returns how many servers live, this one among them.
    #[must_use]
    pub fn count(&self) -> u32 {
        u32::try_from(self.others_at(Instant::now())).unwrap_or(u32::MAX).saturating_add(1)
    }

    fn is_living_at(&self, server: Uuid, now: Instant) -> bool {
        self.others().get(&server).is_some_and(|seen| seen.is_living(now))
    }

    fn others_at(&self, now: Instant) -> usize {
        self.others().values().filter(|seen| seen.is_living(now)).count()
    }

    fn others(&self) -> MutexGuard<'_, HashMap<Uuid, Seen>> {
        self.others.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn is_living(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.since) < STANDS_STILL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(server: u128, beat: i64) -> KeyHolder {
        KeyHolder { server: Uuid::from_u128(server), host: String::new(), beat, keys: Vec::new() }
    }

    #[test]
    fn a_server_lives_while_its_beat_moves() {
        let (peers, begin) = (Peers::new(Uuid::from_u128(1)), Instant::now());
        let after = |seconds| begin + Duration::from_secs(seconds);
        assert_eq!(peers.others_at(begin), 0);
        for (second, beat, others) in [(0, 1, 1), (2, 1, 1), (3, 1, 0), (4, 2, 1), (6, 2, 1), (7, 2, 0)] {
            peers.note(&[holder(1, 9), holder(2, beat)], after(second));
            assert_eq!(peers.others_at(after(second)), others, "after {second} s");
        }
        peers.note(&[holder(2, 3)], after(8));
        assert_eq!(peers.others_at(after(8)), 1);
        assert!(peers.is_living_at(Uuid::from_u128(2), after(8)));
        peers.note(&[], after(8));
        assert_eq!(peers.others_at(after(8)), 0, "it has left");
        assert!(peers.is_living(Uuid::from_u128(1)), "whoever asks lives");
    }

    #[test]
    fn the_server_that_began_first_and_lives_is_the_first() {
        let (peers, begin) = (Peers::new(Uuid::from_u128(2)), Instant::now());
        let after = |seconds| begin + Duration::from_secs(seconds);
        assert!(peers.is_first_at(begin), "alone");
        peers.note(&[holder(3, 1)], begin);
        assert!(peers.is_first_at(begin), "the other began later");
        peers.note(&[holder(1, 1), holder(3, 1)], after(1));
        assert!(!peers.is_first_at(after(3)));
        assert!(peers.is_first_at(after(4)), "the earlier one stands still");
    }
}
