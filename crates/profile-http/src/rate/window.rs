//! The calls of one caller in the last minute, on all servers together as far as one of them knows.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use profile_ports::{AgedCalls, CountedCalls};

pub(super) const MINUTE: Duration = Duration::from_mins(1);
/// Calls so close together are kept as one entry.
const TOGETHER: Duration = Duration::from_secs(1);
/// The part of a limit that all servers together may pass without having told each other: one tenth.
const UNTOLD: u32 = 10;

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// It passes.
    Pass,
    /// It passes unless the other servers, which must be asked first, have counted too many.
    Ask,
    /// There were too many; after so long there may be more.
    Wait(Duration),
}

/// Calls that came close together.
#[derive(Debug)]
struct Calls {
    begun: Instant,
    last: Instant,
    count: u32,
}

/// The window.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// Those of all servers, as far as they are known here. The oldest first.
    calls: VecDeque<Calls>,
    /// Calls that passed here, and that the others have not been told of.
    untold: u32,
    /// The number of the last answer that was taken up.
    number: i64,
}

impl Window {
    /// Counts a call at `now` of a caller who may make `most` a minute, on one of `servers`.
    pub(super) fn count(&mut self, most: u32, servers: u32, now: Instant) -> Decision {
        self.forget(now);
        let total = self.total();
        if total >= most {
            return Decision::Wait(self.wait(most, now));
        }
        let may_be_untold = (most - total) / servers.saturating_mul(UNTOLD);
        if servers > 1 && self.untold >= may_be_untold {
            return Decision::Ask;
        }
        self.pass(now);
        Decision::Pass
    }

    /// Counts a call that passes.
    pub(super) fn pass(&mut self, now: Instant) {
        self.untold = self.untold.saturating_add(1);
        match self.calls.back_mut().filter(|calls| now.saturating_duration_since(calls.begun) < TOGETHER) {
            Some(calls) => (calls.last, calls.count) = (now, calls.count + 1),
            None => self.calls.push_back(Calls { begun: now, last: now, count: 1 }),
        }
    }

    /// Takes the number of calls that the others are to be told of.
    pub(super) const fn tell(&mut self) -> u32 {
        std::mem::replace(&mut self.untold, 0)
    }

    /// Has calls told again, as nobody has heard of them.
    pub(super) const fn tell_again(&mut self, calls: u32) {
        self.untold = self.untold.saturating_add(calls);
    }

    /// Takes up what all servers have counted together, and decides about the call for which they were asked.
    pub(super) fn hear(&mut self, counted: &CountedCalls, most: u32, now: Instant) -> Decision {
        if counted.number > self.number {
            self.number = counted.number;
            self.calls = counted.calls.iter().rev().filter_map(|one| Calls::heard(one, now)).collect();
            if self.untold > 0 {
                self.calls.push_back(Calls { begun: now, last: now, count: self.untold });
            }
        }
        if counted.granted > 0 { Decision::Pass } else { Decision::Wait(self.wait(most, now)) }
    }

    fn total(&self) -> u32 {
        self.calls.iter().map(|calls| calls.count).fold(0, u32::saturating_add)
    }

    fn forget(&mut self, now: Instant) {
        while self.calls.front().is_some_and(|calls| now.saturating_duration_since(calls.last) >= MINUTE) {
            self.calls.pop_front();
        }
    }

    /// How long until there are fewer than `most`.
    fn wait(&self, most: u32, now: Instant) -> Duration {
        let mut left = self.total();
        let enough = self.calls.iter().find(|calls| {
            left = left.saturating_sub(calls.count);
            left < most
        });
        enough.map_or(MINUTE, |calls| MINUTE.saturating_sub(now.saturating_duration_since(calls.last)))
    }
}

impl Calls {
    /// Those that all servers have counted together; the moment before the clock began is none.
    fn heard(one: &AgedCalls, now: Instant) -> Option<Self> {
        let at = now.checked_sub(one.age)?;
        Some(Self { begun: at, last: at, count: one.calls })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seconds(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn so_many_calls_pass_in_any_minute() {
        let (mut window, begin) = (Window::default(), Instant::now());
        let mut count = |at: f64| window.count(3, 1, begin + seconds(at));
        for at in [0.0, 30.0, 59.0] {
            assert_eq!(count(at), Decision::Pass, "{at}");
        }
        assert_eq!(count(59.5), Decision::Wait(seconds(0.5)));
        assert_eq!(count(60.0), Decision::Pass, "the first one is a minute old");
        assert_eq!(count(61.0), Decision::Wait(seconds(29.0)));
    }

    #[test]
    fn what_all_have_counted_counts_until_it_is_a_minute_old() {
        let (mut window, now) = (Window::default(), Instant::now() + MINUTE);
        assert_eq!(window.count(60, 4, now), Decision::Pass);
        assert_eq!(window.count(60, 4, now), Decision::Ask, "a fortieth of the limit may be untold");
        assert_eq!((window.tell(), window.tell()), (1, 0));
        let counted = |granted, number, calls, age| CountedCalls {
            granted,
            number,
            calls: vec![AgedCalls { age: seconds(age), calls }],
        };
        assert_eq!(window.hear(&counted(1, 7, 60, 40.0), 60, now), Decision::Pass);
        assert_eq!(window.count(60, 4, now), Decision::Wait(seconds(20.0)));
        assert_eq!(
            window.hear(&counted(0, 6, 30, 1.0), 60, now),
            Decision::Wait(seconds(20.0)),
            "it is older"
        );
        assert_eq!(window.count(60, 4, now + seconds(20.0)), Decision::Pass);
    }

    /// All servers together, as a store counts.
    #[derive(Default)]
    struct Together {
        calls: Vec<(Instant, u32)>,
        number: i64,
    }

    impl Together {
        fn count(&mut self, passed: u32, most: u32, now: Instant) -> CountedCalls {
            self.calls.retain(|(at, _)| now.duration_since(*at) < MINUTE);
            let total: u32 = self.calls.iter().map(|(_, calls)| calls).sum();
            let granted = u32::from(total + passed < most);
            self.calls.push((now, passed + granted));
            self.number += 1;
            let aged = self.calls.iter().rev();
            let aged = aged.map(|(at, calls)| AgedCalls { age: now.duration_since(*at), calls: *calls });
            CountedCalls { granted, number: self.number, calls: aged.collect() }
        }
    }

    proptest! {
        /// However calls are spread over servers, nine tenths to eleven tenths of the limit pass in a minute full of them.
        #[test]
        fn servers_together_keep_to_the_limit(
            spread in prop::collection::vec(0_usize..4, 400),
            most in 20_u32..120,
        ) {
            let begin = Instant::now() + MINUTE;
            let mut windows: [Window; 4] = Default::default();
            let (mut together, mut passed) = (Together::default(), 0);
            for (number, server) in spread.into_iter().enumerate() {
                let now = begin + Duration::from_millis(number as u64 * 100);
                let window = &mut windows[server];
                let mut decision = window.count(most, 4, now);
                if decision == Decision::Ask {
                    let counted = together.count(window.tell(), most, now);
                    decision = window.hear(&counted, most, now);
                }
                passed += u32::from(decision == Decision::Pass);
            }
            prop_assert!(passed * 10 <= most * 11 && passed * 10 >= most * 9, "{} of {}", passed, most);
        }
    }
}
