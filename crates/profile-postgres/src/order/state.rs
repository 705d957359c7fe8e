//! What a server knows of its own place in the order of the log.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use profile_ports::{ReadOnly, Unavailable};
use uuid::Uuid;

/// How long a server keeps its row without a commit.
const IDLE: Duration = Duration::from_secs(10);

/// The row of this server.
struct Lease {
    server: Uuid,
    /// No statement is sent after this, because the lease might be over when it arrives.
    good_until: Instant,
}

/// What a transaction needs to know of its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Tells the places in use apart.
    pub(super) number: u64,
    /// The row under whose lease it commits.
    pub(super) server: Uuid,
    /// Nothing of it is numbered before this.
    pub(super) start: DateTime<Utc>,
}

/// What is to be done about the lease.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Task {
    Register,
    Renew {
        server: Uuid,
        closed: DateTime<Utc>,
    },
    /// The row is not used any more.
    Remove {
        server: Uuid,
    },
    Rest,
    /// Nobody keeps the lease from now on.
    End,
}

pub(super) struct State {
    /// Later places start behind it: it is closed, or somebody has been given it.
    floor: DateTime<Utc>,
    in_use: BTreeMap<u64, DateTime<Utc>>,
    next_place: u64,
    lease: Option<Lease>,
    last_used: Instant,
    /// Somebody waits for a lease.
    is_wanted: bool,
    /// A task keeps the lease.
    pub(super) is_kept: bool,
    pub(super) is_closing: bool,
    /// Why there is no lease.
    trouble: Option<Unavailable>,
}

impl State {
    pub(super) const fn new(now: Instant) -> Self {
        Self {
            floor: DateTime::UNIX_EPOCH,
            in_use: BTreeMap::new(),
            next_place: 0,
            lease: None,
            last_used: now,
            is_wanted: false,
            is_kept: false,
            is_closing: false,
            trouble: None,
        }
    }

    /// Returns a place for a transaction, if the lease is good.
    pub(super) fn take_place(&mut self, now: DateTime<Utc>, instant: Instant) -> Option<Place> {
        self.last_used = instant;
        let Some(lease) = self.lease.as_ref().filter(|lease| instant < lease.good_until) else {
            self.is_wanted = true;
            return None;
        };
        let number = self.next_place;
        let start = now.trunc_subsecs(6).max(moved(self.floor, 1));
        self.next_place += 1;
        self.in_use.insert(number, start);
        Some(Place { number, server: lease.server, start })
    }

    /// Says that a change has been numbered `at`. What begins later goes on from there, also where the clock is behind: else
    /// nothing would be closed until that has caught up.
    pub(super) fn given(&mut self, at: DateTime<Utc>) {
        self.floor = self.floor.max(at);
    }

    /// Takes a place back. If its transaction may still come, its row is of no use any more.
    pub(super) fn give_back(&mut self, place: &Place, is_settled: bool, instant: Instant) {
        self.in_use.remove(&place.number);
        self.last_used = instant;
        if !is_settled {
            self.abandon(place.server);
        }
    }

    /// From now on nothing is numbered under this row.
    pub(super) fn abandon(&mut self, server: Uuid) {
        self.lease = self.lease.take().filter(|lease| lease.server != server);
    }

    /// Closes the order up to what may still come, and returns the row and how far that is.
    pub(super) fn closed(&mut self, now: DateTime<Utc>) -> Option<(Uuid, DateTime<Utc>)> {
        let server = self.lease.as_ref()?.server;
        let first = self.in_use.values().min();
        let closed = first.map_or_else(|| self.floor.max(now.trunc_subsecs(6)), |start| moved(*start, -1));
        self.floor = self.floor.max(closed);
        Some((server, closed))
    }

    /// Says that the row was made, or the lease renewed; what was closed before the row was made stays so.
    pub(super) fn hold(&mut self, server: Uuid, floor: DateTime<Utc>, good_until: Instant) {
        self.floor = self.floor.max(floor);
        self.lease = Some(Lease { server, good_until });
        self.succeed();
    }

    fn succeed(&mut self) {
        self.is_wanted = false;
        self.trouble = None;
    }

    /// Says that nothing could be done about the lease.
    pub(super) fn fail(&mut self, error: Unavailable) {
        self.trouble = Some(error);
    }

    /// Whether there is no lease because the database takes no writes.
    pub(super) fn is_read_only(&self) -> bool {
        self.trouble.as_ref().is_some_and(|error| ReadOnly::causes(error))
    }

    /// Says that the lease was renewed, unless the row has been given up meanwhile.
    pub(super) fn renewed(&mut self, server: Uuid, until: Instant) {
        if let Some(lease) = self.lease.as_mut().filter(|lease| lease.server == server) {
            lease.good_until = until;
            self.succeed();
        }
    }

    /// Says what is to be done now.
    pub(super) fn task(&mut self, now: DateTime<Utc>, instant: Instant) -> Task {
        let is_idle = self.is_closing || instant.saturating_duration_since(self.last_used) > IDLE;
        let is_over = is_idle && self.in_use.is_empty() && !self.is_wanted;
        if is_over {
            if let Some(Lease { server, .. }) = self.lease.take() {
                return Task::Remove { server };
            }
            self.is_kept = false;
            return Task::End;
        }
        match self.closed(now) {
            Some((server, closed)) => Task::Renew { server, closed },
            None if self.is_wanted => Task::Register,
            None => Task::Rest,
        }
    }

    /// Says why nothing can be numbered.
    pub(super) fn trouble(&self) -> String {
        let why = self.trouble.as_ref().map(|error| error.source.to_string());
        let why = why.as_deref().unwrap_or("no answer came in time");
        format!("this server has no place in the order of the log: {why}")
    }
}

fn moved(at: DateTime<Utc>, micros: i64) -> DateTime<Utc> {
    at.checked_add_signed(TimeDelta::microseconds(micros)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: Uuid = Uuid::from_u128(1);

    fn at(micros: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(micros).unwrap()
    }

    fn holding(floor: i64) -> (State, Instant) {
        let instant = Instant::now();
        let mut state = State::new(instant);
        state.hold(SERVER, at(floor), instant + Duration::from_secs(2));
        (state, instant)
    }

    #[test]
    fn nothing_is_closed_that_a_place_in_use_may_still_get() {
        let (mut state, instant) = holding(10);
        let first = state.take_place(at(100), instant).unwrap();
        let second = state.take_place(at(200), instant).unwrap();
        assert_eq!((first.start, second.start), (at(100), at(200)));
        assert_eq!(state.closed(at(300)), Some((SERVER, at(99))));
        state.give_back(&first, true, instant);
        assert_eq!(state.closed(at(300)), Some((SERVER, at(199))));
        state.give_back(&second, true, instant);
        assert_eq!(state.closed(at(300)), Some((SERVER, at(300))));
        assert_eq!(state.take_place(at(300), instant).unwrap().start, at(301), "300 is closed");
    }

    #[test]
    fn a_clock_that_goes_back_opens_nothing() {
        let (mut state, instant) = holding(10);
        let place = state.take_place(at(100), instant).unwrap();
        assert_eq!(state.closed(at(100)), Some((SERVER, at(99))));
        assert_eq!(state.take_place(at(50), instant).unwrap().start, at(100));
        state.give_back(&place, true, instant);
    }

    #[test]
    fn a_clock_that_is_behind_closes_what_it_has_given() {
        let (mut state, instant) = holding(1000);
        for number in 1..=3 {
            let place = state.take_place(at(5), instant).unwrap();
            assert_eq!(place.start, at(1000 + number));
            state.given(place.start);
            state.give_back(&place, true, instant);
            assert_eq!(state.closed(at(5)), Some((SERVER, at(1000 + number))));
        }
    }

    #[test]
    fn a_row_is_given_up_when_a_transaction_may_still_come() {
        let (mut state, instant) = holding(10);
        let [lost, other] = [(); 2].map(|()| state.take_place(at(100), instant).unwrap());
        state.give_back(&lost, false, instant);
        assert!(state.closed(at(200)).is_none() && state.take_place(at(200), instant).is_none());
        assert_eq!(state.task(at(200), instant), Task::Register);
        let fresh = Uuid::from_u128(2);
        state.hold(fresh, at(150), instant + Duration::from_secs(2));
        state.give_back(&other, false, instant);
        assert_eq!(state.take_place(at(120), instant).unwrap().server, fresh, "only its own row is given up");
    }

    #[test]
    fn a_lease_that_may_be_over_is_renewed_before_it_is_used() {
        let (mut state, instant) = holding(10);
        let late = instant + Duration::from_secs(3);
        assert!(state.take_place(at(100), late).is_none());
        assert_eq!(state.task(at(100), late), Task::Renew { server: SERVER, closed: at(100) });
        state.renewed(SERVER, late + Duration::from_secs(2));
        assert!(state.take_place(at(100), late).is_some());
    }

    #[test]
    fn a_row_that_nobody_needs_is_removed() {
        let (mut state, instant) = holding(10);
        let place = state.take_place(at(100), instant).unwrap();
        let idle = instant + IDLE + Duration::from_secs(1);
        assert!(matches!(state.task(at(200), idle), Task::Renew { .. }), "a transaction is on its way");
        state.give_back(&place, true, instant);
        assert_eq!(state.task(at(200), idle), Task::Remove { server: SERVER });
        assert_eq!(state.task(at(200), idle), Task::End);
        assert!(state.take_place(at(200), idle).is_none());
        assert_eq!(state.task(at(200), idle), Task::Register, "somebody waits");
    }
}
