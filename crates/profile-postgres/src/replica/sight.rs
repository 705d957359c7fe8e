//! What the monitor has seen of the standby, and what follows from it.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::point::Point;

/// A standby that lags more than this is left out.
const MAX_LAG: Duration = Duration::from_secs(10);
/// One that was left out is used again when it lags no more than this.
const CAUGHT_UP: Duration = Duration::from_secs(1);
/// Reads try a standby that lags no more than this: each waits for what it needs, but not for long.
const NEARLY_THERE: Duration = Duration::from_millis(200);
/// How often in a row it may fail before that is reported: a connection that ended is no reason yet.
const FAILURES: u32 = 2;
/// How many positions of the primary are remembered: a minute's.
const MAX_SAMPLES: usize = 240;

/// What was seen of the standby.
#[derive(Default)]
pub(super) struct Sight {
    primary: Option<Point>,
    /// Where the primary was when, as far as the standby is not known to have replayed it, oldest first.
    ahead: VecDeque<(Instant, Point)>,
    failures: u32,
    is_left_out: bool,
}

/// What follows from a look at both.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Whether reads try the standby.
    pub(super) is_tried: bool,
    /// For how long the primary has had something that the standby lacks.
    pub(super) lag: Duration,
    pub(super) turn: Option<Turn>,
}

/// A change that is reported.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    LeftOut(String),
    Back,
}

impl Sight {
    pub(super) const fn is_left_out(&self) -> bool {
        self.is_left_out
    }

    /// Judges the standby by what both have said `now`; `primary` is `None` if it did not answer.
    pub(super) fn judge(
        &mut self,
        now: Instant,
        primary: Option<Point>,
        standby: Result<Point, String>,
    ) -> Verdict {
        if let Some(point) = primary {
            self.note(now, point);
        }
        let trouble = self.trouble(standby);
        self.failures = if trouble.is_some() { self.failures.saturating_add(1) } else { 0 };
        let lag =
            self.ahead.front().map_or(Duration::ZERO, |(since, _)| now.saturating_duration_since(*since));
        let is_known = self.primary.is_some() && trouble.is_none();
        let turn = self.turn(trouble, lag);
        Verdict { is_tried: is_known && !self.is_left_out && lag <= NEARLY_THERE, lag, turn }
    }

    /// Remembers where the primary is, if that is new.
    fn note(&mut self, now: Instant, point: Point) {
        let before = self.primary.replace(point);
        if before.is_some_and(|before| before.timeline != point.timeline || before.system != point.system) {
            self.ahead.clear();
        }
        if before != Some(point) && self.ahead.len() < MAX_SAMPLES {
            self.ahead.push_back((now, point));
        }
    }

    /// Returns why the standby will not do; else forgets what it has replayed.
    fn trouble(&mut self, standby: Result<Point, String>) -> Option<String> {
        let standby = match standby {
            Ok(standby) => standby,
            Err(why) => return Some(why),
        };
        let why = self.primary.as_ref().and_then(|primary| standby.is_no_standby_of(primary));
        if why.is_none() {
            while self.ahead.pop_front_if(|(_, primary)| standby.covers(primary)).is_some() {}
        }
        why.map(str::to_owned)
    }

    fn turn(&mut self, trouble: Option<String>, lag: Duration) -> Option<Turn> {
        if self.is_left_out {
            self.is_left_out = trouble.is_some() || lag > CAUGHT_UP;
            return (!self.is_left_out).then_some(Turn::Back);
        }
        let reason = if lag > MAX_LAG {
            Some(trouble.unwrap_or_else(|| format!("it lags {} s behind the primary", lag.as_secs())))
        } else {
            trouble.filter(|_| self.failures >= FAILURES)
        };
        self.is_left_out = reason.is_some();
        reason.map(Turn::LeftOut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUND: Duration = Duration::from_millis(250);

    fn primary(lsn: i64) -> Point {
        Point { is_standby: false, system: 1, timeline: Some(1), lsn: Some(lsn) }
    }

    fn standby(lsn: i64) -> Point {
        Point { is_standby: true, ..primary(lsn) }
    }

    #[test]
    fn a_standby_that_keeps_up_is_tried_and_nothing_is_said() {
        let (mut sight, mut now) = (Sight::default(), Instant::now());
        for lsn in (0..100_i64).map(|number| 1000 + number * 10) {
            // It is always what the primary has just written behind.
            let verdict = sight.judge(now, Some(primary(lsn)), Ok(standby(lsn - 5)));
            assert!(verdict.is_tried && verdict.lag <= ROUND && verdict.turn.is_none(), "{verdict:?}");
            now += Duration::from_millis(150);
        }
    }

    #[test]
    fn an_idle_primary_is_no_lag() {
        let (mut sight, now) = (Sight::default(), Instant::now());
        for round in 0..400 {
            let verdict = sight.judge(now + ROUND * round, Some(primary(1000)), Ok(standby(1000)));
            assert_eq!(verdict, Verdict { is_tried: true, lag: Duration::ZERO, turn: None });
        }
    }

    #[test]
    fn a_standby_that_lags_is_passed_by_at_once_and_left_out_after_ten_seconds() {
        let (mut sight, now) = (Sight::default(), Instant::now());
        sight.judge(now, Some(primary(1000)), Ok(standby(1000)));
        let mut turns = Vec::new();
        for round in 1..=100_u32 {
            let verdict =
                sight.judge(now + ROUND * round, Some(primary(1000 + i64::from(round))), Ok(standby(1000)));
            assert_eq!(verdict.is_tried, round == 1, "round {round}");
            turns.extend(verdict.turn.map(|turn| (round, turn)));
        }
        assert!(matches!(&turns[..], [(42, Turn::LeftOut(why))] if why.contains("lags")), "{turns:?}");
        let half = sight.judge(now + ROUND * 101, Some(primary(1101)), Ok(standby(1050)));
        assert!(!half.is_tried && half.turn.is_none(), "{half:?}");
        let back = sight.judge(now + ROUND * 102, Some(primary(1101)), Ok(standby(1101)));
        assert_eq!(back, Verdict { is_tried: true, lag: Duration::ZERO, turn: Some(Turn::Back) });
    }

    #[test]
    fn one_failure_is_not_reported_and_two_are_once() {
        let (mut sight, now) = (Sight::default(), Instant::now());
        let away = || Err("it does not answer".to_owned());
        for (round, (standby, is_tried, turn)) in [
            (Ok(standby(1000)), true, None),
            (away(), false, None),
            (Ok(standby(1000)), true, None),
            (away(), false, None),
            (away(), false, Some(Turn::LeftOut("it does not answer".to_owned()))),
            (away(), false, None),
            (Ok(standby(1000)), true, Some(Turn::Back)),
        ]
        .into_iter()
        .enumerate()
        {
            let verdict =
                sight.judge(now + ROUND * u32::try_from(round).unwrap(), Some(primary(1000)), standby);
            assert_eq!((verdict.is_tried, verdict.turn), (is_tried, turn), "round {round}");
        }
    }

    #[test]
    fn a_server_that_is_no_standby_of_this_primary_is_not_tried() {
        let of = |change: fn(&mut Point)| {
            let mut point = standby(9000);
            change(&mut point);
            point
        };
        for (point, why) in [
            (of(|point| point.is_standby = false), "no standby"),
            (of(|point| point.system = 2), "another database system"),
            (of(|point| point.timeline = Some(2)), "timeline"),
        ] {
            let (mut sight, now) = (Sight::default(), Instant::now());
            assert!(!sight.judge(now, Some(primary(1000)), Ok(point)).is_tried, "{why}");
            let verdict = sight.judge(now + ROUND, Some(primary(1000)), Ok(point));
            assert!(matches!(&verdict.turn, Some(Turn::LeftOut(said)) if said.contains(why)), "{verdict:?}");
            assert!(!point.covers(&primary(1000)), "{why}");
        }
    }

    #[test]
    fn a_primary_that_does_not_answer_changes_nothing() {
        let (mut sight, now) = (Sight::default(), Instant::now());
        assert!(!sight.judge(now, None, Ok(standby(1000))).is_tried, "nobody knows yet whose standby it is");
        sight.judge(now, Some(primary(1000)), Ok(standby(1000)));
        let verdict = sight.judge(now + ROUND * 100, None, Ok(standby(1000)));
        assert_eq!(verdict, Verdict { is_tried: true, lag: Duration::ZERO, turn: None });
    }
}
