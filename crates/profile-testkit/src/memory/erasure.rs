//! Holds and erasures in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;
use profile_domain::{PersonId, change::RecordKind, operator::Erasure};
use profile_ports::{
    CommitError, Erasures, Forget, HoldState, Holds, KeyedResponse, Page, PersonStep, ResponseSubject,
    Unavailable,
};

use super::store::{MemoryStore, State};

impl State {
    /// Does what a commit does about a person.
    pub(super) fn carry_out(&mut self, step: &PersonStep) -> Result<(), CommitError> {
        match step {
            PersonStep::Decide { person, base } => {
                let state = self.holds.entry(*person).or_default();
                if state.version != *base {
                    return Err(CommitError::Stale);
                }
                state.version += 1;
            }
            PersonStep::Hold(person, placed) => {
                self.holds.entry(*person).or_default().hold = placed.as_deref().cloned();
            }
            PersonStep::Access(access) => {
                self.accesses.insert(access.id, (**access).clone());
            }
            PersonStep::Redact(changes) => {
                for redacted in changes {
                    let change = self.changes.iter_mut().find(|change| change.id == redacted.id);
                    *change.ok_or(CommitError::Stale)? = redacted.clone();
                }
            }
            PersonStep::Forget(forget) => self.forget(forget),
            PersonStep::Erase(erasure) => {
                let place = (erasure.person, erasure.id);
                if self.erasures.get(&place).is_some_and(|before| before.receipt.is_some()) {
                    return Err(CommitError::Stale);
                }
                self.erasures.insert(place, (**erasure).clone());
            }
        }
        Ok(())
    }

    fn forget(&mut self, Forget { person, records, is_whole }: &Forget) {
        if *is_whole {
            self.person_keys.remove(person);
            self.persons.retain(|_, of| of != person);
        }
        self.replies.retain(|_, reply| !is_about(reply, *person, records));
        self.delivery_attempts.retain(|_, attempt| attempt.person != Some(*person));
    }
}

fn is_about(reply: &KeyedResponse, person: PersonId, records: &[(RecordKind, String)]) -> bool {
    let caller = &reply.key.caller;
    let is_of_user =
        |key: &String| *caller == format!("user:{key}") || caller.starts_with(&format!("user:{key}@"));
    let is_subject = |subject: ResponseSubject| reply.about.as_ref() == Some(&subject);
    is_subject(ResponseSubject::Person(person))
        || records
            .iter()
            .any(|(kind, key)| is_subject(ResponseSubject::Record(*kind, key.clone())) || is_of_user(key))
}

#[async_trait]
impl Holds for MemoryStore {
    async fn find_hold(&self, person: PersonId) -> Result<HoldState, Unavailable> {
        Ok(self.state().holds.get(&person).cloned().unwrap_or_default())
    }
}

#[async_trait]
impl Erasures for MemoryStore {
    async fn erasures_of(&self, person: PersonId) -> Result<Vec<Erasure>, Unavailable> {
        let state = self.state();
        Ok(state.erasures.values().rev().filter(|erasure| erasure.person == person).cloned().collect())
    }

    async fn last_erasures(&self, page: Page<PersonId>) -> Result<Vec<Erasure>, Unavailable> {
        let state = self.state();
        let done = state.erasures.values().filter(|erasure| erasure.receipt.is_some());
        let behind = done.filter(|erasure| page.after.is_none_or(|after| erasure.person > after));
        let last: BTreeMap<PersonId, &Erasure> = behind.map(|erasure| (erasure.person, erasure)).collect();
        Ok(last.into_values().take(page.limit as usize).cloned().collect())
    }

    async fn unfinished_erasures(&self, limit: u32) -> Result<Vec<Erasure>, Unavailable> {
        let state = self.state();
        let mut open: Vec<Erasure> =
            state.erasures.values().filter(|erasure| erasure.receipt.is_none()).cloned().collect();
        open.sort_by_key(|erasure| erasure.id);
        open.truncate(limit as usize);
        Ok(open)
    }

    async fn finish_erasure(&self, erasure: &Erasure, receipt: &str) -> Result<bool, Unavailable> {
        let mut state = self.state();
        let found = state.erasures.get_mut(&(erasure.person, erasure.id));
        let Some(found) = found.filter(|found| found.receipt.is_none() && **found == *erasure) else {
            return Ok(false);
        };
        found.receipt = Some(receipt.to_owned());
        found.rest.clear();
        Ok(true)
    }

    async fn overwrite_removed(&self) -> Result<(), Unavailable> {
        Ok(())
    }
}
