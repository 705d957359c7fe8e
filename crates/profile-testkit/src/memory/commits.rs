//! Commits in memory: checked as a database does, numbered under the lock, and all or nothing.

use std::collections::BTreeSet;

use async_trait::async_trait;
use profile_domain::{
    AnyRecord, Claim, Head, Reference,
    chain::redact,
    change::ChangeRecord,
    position::{change_id, next_at},
};
use profile_ports::{Claims, Commit, CommitError, Commits, KeyedResponse, Step, Unavailable, Write};

use super::{
    repositories::Kept,
    store::{MemoryStore, State},
};

#[async_trait]
impl Commits for MemoryStore {
    async fn commit(&self, commit: Commit) -> Result<Vec<Head>, CommitError> {
        let mut state = self.state();
        let Commit { writes, reply, steps } = commit;
        state.check_unused(reply.as_ref())?;
        if steps.is_empty() {
            state.apply(&writes)?;
        } else {
            // None of them stays where a later one, or a write, is refused.
            let mut next = state.clone();
            steps.iter().try_for_each(|step| next.carry_out(step))?;
            next.apply(&writes)?;
            *state = next;
        }
        for claim in writes.iter().flat_map(|write| &write.frees) {
            state.claims.remove(claim);
        }
        let taken = writes.iter().flat_map(|write| write.takes.iter().map(|claim| (claim, &write.draft.key)));
        state.claims.extend(taken.map(|(claim, key)| (claim.clone(), key.clone())));
        let heads = writes.into_iter().map(|write| self.log(&mut state, write)).collect();
        state.keep_reply(reply.as_ref());
        Ok(heads)
    }
}

impl MemoryStore {
    /// Adds the change of a write to the log.
    fn log(&self, state: &mut State, write: Write) -> Head {
        let last = state.changes.last().map(|change| change.at);
        let at = next_at(self.clock.now(), last.max(write.head.map(|head| head.at)));
        let id = change_id(at, self.ids.random());
        let change = ChangeRecord::new(write.draft, id, at, write.head.map(|head| head.chain).as_ref());
        let change = if write.is_erased { redact(change) } else { change };
        let head = Head { at, chain: change.digest };
        state.heads.insert((change.kind, change.key.clone()), head);
        state.changes.push(change);
        head
    }
}

impl State {
    /// Whether the key of the reply has been used.
    pub(super) fn is_used(&self, reply: Option<&KeyedResponse>) -> bool {
        reply.is_some_and(|reply| self.replies.contains_key(&reply.key))
    }

    /// The key of the reply must not have been used.
    pub(super) fn check_unused(&self, reply: Option<&KeyedResponse>) -> Result<(), CommitError> {
        if self.is_used(reply) { Err(CommitError::Repeated) } else { Ok(()) }
    }

    pub(super) fn keep_reply(&mut self, reply: Option<&KeyedResponse>) {
        self.replies.extend(reply.map(|reply| (reply.key.clone(), reply.clone())));
    }

    /// Stores all writes, or refuses one of them and stores none.
    fn apply(&mut self, writes: &[Write]) -> Result<(), CommitError> {
        if let [write] = writes
            && write.step != Step::End
        {
            self.check(write)?;
            self.check_claims(writes)?;
            self.put(write);
            return Ok(());
        }
        // A later write may need what an earlier one makes, and an end is checked when all is written.
        let mut next = self.clone();
        for write in writes {
            next.check(write)?;
            next.put(write);
        }
        let mut ends = writes.iter().filter(|write| write.step == Step::End);
        if ends.any(|end| next.names(end.draft.kind, &end.draft.key)) {
            return Err(CommitError::Referenced);
        }
        next.check_claims(writes)?;
        *self = next;
        Ok(())
    }

    /// Refuses a write that does not start from what is stored, or that lacks what it refers to.
    fn check(&self, write: &Write) -> Result<(), CommitError> {
        let (kind, key) = (write.draft.kind, &write.draft.key);
        let version = self.versions.get(&(kind, key.clone())).copied();
        let last = self.changes.iter().rev().find(|change| change.kind == kind && change.key == *key);
        match (write.step, version) {
            (Step::Begin, None)
                if last.is_none_or(|last| last.version == write.base() && !last.is_erased()) => {}
            (Step::Begin, None) if write.base() == 0 => return Err(CommitError::Ended),
            (Step::Change | Step::End, Some(version)) if version == write.base() => {}
            _ => return Err(CommitError::Stale),
        }
        if let Some(missing) = write.needs.iter().find(|needed| !self.has(needed)) {
            return Err(CommitError::Missing(missing.field));
        }
        let Some(fresh) = &write.fresh_key else { return Ok(()) };
        if write.draft.person.is_some_and(|person| self.person_keys.contains_key(&person)) {
            return Err(CommitError::Stale);
        }
        if self.known_keys.get("master") == Some(&fresh.master) {
            return Ok(());
        }
        Err(CommitError::Missing("master_key"))
    }

    fn has(&self, Reference { kind, key, .. }: &Reference) -> bool {
        self.versions.contains_key(&(*kind, key.clone()))
    }

    /// Stores the state of a write, and the new key of its person.
    fn put(&mut self, write: &Write) {
        let place = (write.draft.kind, write.draft.key.clone());
        match write.step {
            Step::End => self.versions.remove(&place),
            Step::Begin | Step::Change => self.versions.insert(place, write.draft.version),
        };
        if let (Some(person), Some(fresh)) = (write.draft.person, &write.fresh_key) {
            self.person_keys.insert(person, fresh.clone());
        }
        self.keep(write.record.clone(), write.step);
    }

    fn keep(&mut self, record: AnyRecord, step: Step) {
        match record {
            AnyRecord::Customer(record) => self.keep_one(*record, step),
            AnyRecord::Account(record) => self.keep_one(*record, step),
            AnyRecord::MediaFile(record) => self.keep_one(*record, step),
            AnyRecord::User(record) => self.keep_one(*record, step),
            AnyRecord::Override(record) => self.keep_one(*record, step),
            AnyRecord::Business(record) => self.keep_one(*record, step),
            AnyRecord::App(record) => self.keep_one(*record, step),
            AnyRecord::ApiKey(record) => self.keep_one(*record, step),
            AnyRecord::Upload(record) => {
                if step == Step::End {
                    self.upload_work.remove(&record.id);
                }
                self.keep_one(*record, step);
            }
            AnyRecord::Client(record) => {
                self.client_numbers = self.client_numbers.max(record.client_id);
                self.keep_one(*record, step);
            }
            AnyRecord::Language(record) => self.keep_one(*record, step),
            AnyRecord::Tenant(record) => self.keep_one(*record, step),
            AnyRecord::Brand(record) => self.keep_one(*record, step),
            AnyRecord::Group(record) => self.keep_one(*record, step),
            AnyRecord::Member(record) => {
                if step == Step::End {
                    self.attempts.remove(&record.id);
                }
                self.keep_one(*record, step);
            }
            AnyRecord::Membership(record) => self.keep_one(*record, step),
        }
    }

    fn keep_one<T: Kept>(&mut self, record: T, step: Step) {
        let key = record.id();
        match step {
            Step::End => T::map(self).remove(&key),
            Step::Begin | Step::Change => T::map(self).insert(key, record),
        };
    }

    /// Refuses what another record has claimed, and does not give up in the same commit.
    fn check_claims(&self, writes: &[Write]) -> Result<(), CommitError> {
        let freed: BTreeSet<&Claim> = writes.iter().flat_map(|write| &write.frees).collect();
        let mut taken = BTreeSet::new();
        for claim in writes.iter().flat_map(|write| &write.takes) {
            let is_free = freed.contains(claim) || !self.claims.contains_key(claim);
            if !is_free || !taken.insert(claim) {
                return Err(CommitError::Taken(claim.clone()));
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Claims for MemoryStore {
    async fn holder_of(&self, claim: &Claim) -> Result<Option<String>, Unavailable> {
        Ok(self.state().claims.get(claim).cloned())
    }
}
