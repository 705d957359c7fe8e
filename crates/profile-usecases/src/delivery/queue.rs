//! The changes that wait for one target, and which of them may be sent: those of a record one at a time, in their order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::{DateTime, Utc};
use profile_domain::change::{ChangeRecord, RecordKind};
use profile_ports::WaitingDelivery;
use uuid::Uuid;

/// Most changes that wait for one target. While there are so many, no more are taken up from the log.
pub(super) const MAX_WAITING: usize = 1000;

/// A change that waits.
struct Entry {
    delivery: WaitingDelivery,
    /// When it may be sent, while it is the first of its record and not under way.
    due: Option<DateTime<Utc>>,
    /// Whether the store knows it.
    is_stored: bool,
    /// Whether the store knows it as it is.
    is_saved: bool,
}

/// What waits for one target.
#[derive(Default)]
pub(super) struct Queue {
    entries: BTreeMap<Uuid, Entry>,
    /// By record, the changes that wait, in their order. Only the first may be sent.
    records: BTreeMap<(RecordKind, String), VecDeque<Uuid>>,
    /// The changes that may be sent, by when.
    due: BTreeSet<(DateTime<Utc>, Uuid)>,
    /// Changes that wait no more, which the store has to learn.
    finished: Vec<Uuid>,
    /// How many wait for a retry.
    retrying: usize,
}

impl Queue {
    /// Returns a queue of what the store knows.
    pub(super) fn stored(waiting: Vec<WaitingDelivery>, now: DateTime<Utc>) -> Self {
        let mut queue = Self::default();
        for delivery in waiting {
            queue.insert(delivery, true, now);
        }
        queue
    }

    /// Adds a change that was taken up from the log.
    pub(super) fn add(&mut self, change: &ChangeRecord, now: DateTime<Utc>) {
        let delivery = WaitingDelivery {
            change: change.id,
            kind: change.kind,
            key: change.key.clone(),
            person: change.person,
            attempts: 0,
            first_attempt_at: None,
            next_attempt_at: None,
        };
        self.insert(delivery, false, now);
    }

    fn insert(&mut self, delivery: WaitingDelivery, is_stored: bool, now: DateTime<Utc>) {
        let id = delivery.change;
        if self.entries.contains_key(&id) {
            return;
        }
        self.retrying += usize::from(delivery.attempts > 0);
        let ids = self.records.entry((delivery.kind, delivery.key.clone())).or_default();
        ids.push_back(id);
        let is_first = ids.len() == 1;
        let entry = Entry { delivery, due: None, is_stored, is_saved: is_stored };
        self.entries.insert(id, entry);
        if is_first {
            self.offer(id, now);
        }
    }

    /// Lets a change be sent as soon as it is due, also one that was taken and not sent.
    pub(super) fn offer(&mut self, id: Uuid, now: DateTime<Utc>) {
        if let Some(entry) = self.entries.get_mut(&id) {
            let due = entry.delivery.next_attempt_at.unwrap_or(now);
            entry.due = Some(due);
            self.due.insert((due, id));
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.len() >= MAX_WAITING
    }

    /// Returns how many changes wait for a retry.
    pub(super) const fn retrying(&self) -> usize {
        self.retrying
    }

    /// Returns the first change of all that wait.
    pub(super) fn first(&self) -> Option<Uuid> {
        self.entries.keys().next().copied()
    }

    /// Returns when the first attempt of all that wait for a retry was made.
    pub(super) fn first_attempt(&self) -> Option<DateTime<Utc>> {
        self.entries.values().filter_map(|entry| entry.delivery.first_attempt_at).min()
    }

    pub(super) fn get(&self, id: Uuid) -> Option<&WaitingDelivery> {
        self.entries.get(&id).map(|entry| &entry.delivery)
    }

    /// Returns when the next change is due.
    pub(super) fn next_due(&self) -> Option<DateTime<Utc>> {
        self.due.first().map(|(due, _)| *due)
    }

    /// Returns at most `limit` changes that are due, and takes them for being under way.
    pub(super) fn take_due(&mut self, now: DateTime<Utc>, limit: usize) -> Vec<Uuid> {
        let ids: Vec<Uuid> =
            self.due.iter().take_while(|(due, _)| *due <= now).take(limit).map(|(_, id)| *id).collect();
        for id in &ids {
            if let Some(entry) = self.entries.get_mut(id)
                && let Some(due) = entry.due.take()
            {
                self.due.remove(&(due, *id));
            }
        }
        ids
    }

    /// Notes that a change has failed, and when it is tried again. Without a next time it stays, as given up.
    pub(super) fn fail(&mut self, id: Uuid, at: DateTime<Utc>, next: Option<DateTime<Utc>>) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        let delivery = &mut entry.delivery;
        self.retrying += usize::from(delivery.attempts == 0);
        delivery.attempts += 1;
        delivery.first_attempt_at.get_or_insert(at);
        delivery.next_attempt_at = next;
        entry.is_saved = false;
        if let Some(next) = next {
            self.offer(id, next);
        }
    }

    /// Removes a change that is delivered or given up; the next one of its record may be sent.
    pub(super) fn finish(&mut self, id: Uuid, now: DateTime<Utc>) {
        let Some(entry) = self.entries.remove(&id) else { return };
        if let Some(due) = entry.due {
            self.due.remove(&(due, id));
        }
        self.retrying -= usize::from(entry.delivery.attempts > 0);
        if entry.is_stored {
            self.finished.push(id);
        }
        let record = (entry.delivery.kind, entry.delivery.key);
        let Some(ids) = self.records.get_mut(&record) else { return };
        ids.retain(|other| *other != id);
        match ids.front().copied() {
            Some(next) => {
                // It may be under way already where what was finished was not the first.
                if self.entries.get(&next).is_some_and(|entry| entry.due.is_none()) {
                    self.offer(next, now);
                }
            }
            None => {
                self.records.remove(&record);
            }
        }
    }

    /// Returns the ids of stored changes that wait no more.
    pub(super) fn finished(&self) -> Vec<Uuid> {
        self.finished.clone()
    }

    /// Returns what the store has to learn: changes that wait, and the ids of those that do no more.
    pub(super) fn unsaved(&self) -> (Vec<WaitingDelivery>, Vec<Uuid>) {
        let waiting = self.entries.values().filter(|entry| !entry.is_saved);
        (waiting.map(|entry| entry.delivery.clone()).collect(), self.finished())
    }

    /// Notes that the store has learned all of it.
    pub(super) fn saved(&mut self) {
        self.finished.clear();
        for entry in self.entries.values_mut() {
            (entry.is_stored, entry.is_saved) = (true, true);
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use profile_domain::change::{Cause, Digest};

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn change(number: u128, key: &str) -> ChangeRecord {
        let cause =
            Cause { actor: String::new(), door: String::new(), request_id: String::new(), reason: None };
        ChangeRecord {
            id: id(number),
            person: None,
            kind: RecordKind::Account,
            key: key.to_owned(),
            root: key.to_owned(),
            version: 1,
            at: at(0),
            cause,
            fields: Vec::new(),
            ended: false,
            salt: None,
            expired: false,
            digest: Digest::default(),
        }
    }

    fn queue(changes: &[(u128, &str)]) -> Queue {
        let mut queue = Queue::default();
        for (number, key) in changes {
            queue.add(&change(*number, key), at(0));
        }
        queue
    }

    #[test]
    fn one_change_of_a_record_is_under_way_at_a_time() {
        let mut queue = queue(&[(1, "a"), (2, "a"), (3, "b"), (4, "a")]);
        assert_eq!(queue.take_due(at(0), 9), [id(1), id(3)]);
        assert!(queue.take_due(at(0), 9).is_empty());
        queue.finish(id(1), at(0));
        assert_eq!(queue.take_due(at(0), 9), [id(2)]);
        queue.finish(id(3), at(0));
        assert!(queue.take_due(at(0), 9).is_empty());
        queue.finish(id(2), at(0));
        assert_eq!(queue.take_due(at(0), 9), [id(4)]);
    }

    #[test]
    fn a_failed_change_holds_back_its_record_alone_until_it_is_due() {
        let mut queue = queue(&[(1, "a"), (2, "a"), (3, "b"), (4, "b")]);
        queue.take_due(at(0), 9);
        queue.fail(id(1), at(0), Some(at(5)));
        queue.finish(id(3), at(0));
        assert_eq!((queue.retrying(), queue.first_attempt()), (1, Some(at(0))));
        assert_eq!(queue.take_due(at(4), 9), [id(4)]);
        assert_eq!(queue.next_due(), Some(at(5)));
        assert_eq!(queue.take_due(at(5), 9), [id(1)]);
        queue.finish(id(1), at(5));
        assert_eq!((queue.retrying(), queue.take_due(at(5), 9)), (0, vec![id(2)]));
    }

    #[test]
    fn what_is_given_back_is_offered_again() {
        let mut queue = queue(&[(1, "a"), (2, "b")]);
        assert_eq!(queue.take_due(at(0), 1), [id(1)]);
        queue.offer(id(1), at(0));
        assert_eq!(queue.take_due(at(0), 9), [id(1), id(2)]);
    }

    #[test]
    fn the_store_learns_what_has_changed_once() {
        let mut queue = queue(&[(1, "a"), (2, "b")]);
        queue.take_due(at(0), 9);
        queue.finish(id(1), at(0));
        let (waiting, finished) = queue.unsaved();
        assert_eq!((waiting.len(), waiting[0].change, finished), (1, id(2), vec![]), "1 was never stored");
        queue.saved();
        assert_eq!(queue.unsaved(), (Vec::new(), Vec::new()));
        queue.fail(id(2), at(1), Some(at(6)));
        let (waiting, _) = queue.unsaved();
        assert_eq!((waiting[0].attempts, waiting[0].next_attempt_at), (1, Some(at(6))));
        queue.saved();
        queue.finish(id(2), at(6));
        assert_eq!(queue.unsaved(), (Vec::new(), vec![id(2)]));
    }

    #[test]
    fn what_was_stored_goes_on_where_it_was() {
        let mut before = queue(&[(1, "a"), (2, "a"), (3, "b")]);
        before.take_due(at(0), 9);
        before.fail(id(1), at(0), Some(at(5)));
        let mut queue = Queue::stored(before.unsaved().0, at(1));
        assert_eq!((queue.len(), queue.retrying()), (3, 1));
        assert_eq!(queue.take_due(at(1), 9), [id(3)]);
        assert_eq!(queue.take_due(at(1) + TimeDelta::seconds(4), 9), [id(1)]);
    }

    #[test]
    fn a_change_that_is_given_up_for_now_stays_and_is_not_offered() {
        let mut queue = queue(&[(1, "a")]);
        queue.take_due(at(0), 9);
        queue.fail(id(1), at(0), None);
        let waiting = queue.get(id(1)).unwrap();
        assert_eq!((waiting.attempts, waiting.next_attempt_at), (1, None));
        assert!(queue.take_due(at(9), 9).is_empty());
    }
}
