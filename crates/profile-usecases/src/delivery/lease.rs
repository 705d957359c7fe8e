//! Whether another server that delivers still lives, without comparing clocks: its beat moves, or stands still.

use std::{collections::HashMap, time::Duration};

use profile_ports::Follower;
use tokio::time::Instant;
use uuid::Uuid;

/// How often a server that delivers shows that it lives, where nothing happens.
pub(super) const BEAT: Duration = Duration::from_secs(1);
/// How long after it has shown that it lives a server sends. Less than what others wait for, so that one that was paused stops
/// before another one has begun.
pub(super) const TRUSTED: Duration = Duration::from_secs(2);
/// How long a beat stands still before another server takes over.
const STANDS_STILL: Duration = Duration::from_secs(3);

/// The beats of followers, as they were seen.
#[derive(Default)]
pub(super) struct Beats {
    /// By follower: its server and beat, and when they were seen first.
    seen: HashMap<String, (Option<Uuid>, i64, Instant)>,
}

impl Beats {
    /// Returns whether nobody delivers to a follower: nobody says so, or whoever does stands still.
    pub(super) fn is_free(&mut self, follower: &Follower, now: Instant) -> bool {
        let Follower { id, server, beat, .. } = follower;
        let first_seen = match self.seen.get(id) {
            Some((seen_server, seen_beat, at)) if (seen_server, seen_beat) == (server, beat) => *at,
            _ => {
                self.seen.insert(id.clone(), (*server, *beat, now));
                now
            }
        };
        server.is_none() || now.duration_since(first_seen) >= STANDS_STILL
    }

    /// Forgets all followers but these.
    pub(super) fn keep(&mut self, followers: &[Follower]) {
        self.seen.retain(|id, _| followers.iter().any(|follower| follower.id == *id));
    }
}

#[cfg(test)]
mod tests {
    use profile_domain::operator::SubscriptionStatus;

    use super::*;

    fn follower(server: Option<u128>, beat: i64) -> Follower {
        Follower {
            id: "sub_7fK2mQ9xLd4TzB".to_owned(),
            revision: 0,
            status: SubscriptionStatus::Active,
            position: None,
            failing_since: None,
            server: server.map(Uuid::from_u128),
            beat,
        }
    }

    #[test]
    fn a_follower_is_free_without_a_server_or_when_its_beat_stands_still() {
        let (mut beats, begin) = (Beats::default(), Instant::now());
        let after = |seconds| begin + Duration::from_secs(seconds);
        assert!(beats.is_free(&follower(None, 1), begin));
        for (second, beat, expected) in
            [(0, 2, false), (2, 2, false), (3, 3, false), (5, 3, false), (6, 3, true)]
        {
            assert_eq!(beats.is_free(&follower(Some(1), beat), after(second)), expected, "{second}");
        }
        assert!(!beats.is_free(&follower(Some(2), 3), after(9)), "another one has taken over");
    }
}
