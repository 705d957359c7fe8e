//! A privacy officer erases a person (operator API page, section 11).
//!
//! The log part is one commit: every record ends, and no change keeps a value. It is stale if a record or the hold has moved since
//! it was looked at. A record that begins meanwhile is found by the next look, so it goes on until there is nothing left. The bytes
//! of media, the search and what replaced rows leave in the files of the database come behind: their names are in the erasure,
//! and whoever finds it without a receipt goes on with it.

use chrono::SubsecRound as _;
use profile_domain::{
    PersonId, Text,
    change::Cause,
    operator::{Action, Erasure, search::SearchEntry},
};
use profile_ports::{Commit, CommitError, Forget, KeyedResponse, PersonStep, Unavailable, UnknownOutcome};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    KeyedCall, OPERATOR, OperatorRefusal,
    access::access,
    erasure_plan::ErasurePlan,
    erasure_receipt::{preview, signed, without_signature},
    get_person::is_known,
    held::hold_in_force,
    replay::{check_first, damaged},
};
use crate::{Ports, RequestOrigin, write::WriteError};

/// Entries of the search that are emptied at once.
const ENTRIES_AT_ONCE: usize = 200;
/// Erasures that are finished in one go.
const BATCH: u32 = 100;

/// One person to be erased, and why.
struct Work<'a> {
    ports: &'a Ports,
    person: PersonId,
    reason: Text,
    cause: Cause,
    /// Whether the access is noted: somebody has asked for it, and nobody only goes on with it.
    is_asked: bool,
}

/// Erases what can be erased of a person, and returns the receipt once all is done; the last one, byte for byte, if nothing
/// was left. A dry run returns the receipt as it would be.
///
/// # Errors
/// [`OperatorRefusal::NotFound`] if no change names the person.
pub async fn erase_person(
    ports: &Ports,
    person: PersonId,
    reason: Text,
    cause: Cause,
    keyed: Option<&KeyedCall>,
) -> Result<String, OperatorRefusal> {
    Work { ports, person, reason, cause, is_asked: true }.run(keyed).await
}

/// Returns the receipt to which an earlier call with the same idempotency key has led; `outcome` is what was kept of it.
///
/// # Errors
/// [`OperatorRefusal`].
pub async fn erased_person(ports: &Ports, outcome: &Json) -> Result<String, OperatorRefusal> {
    let number = |member: &str| outcome.get(member).and_then(Json::as_str)?.parse::<Uuid>().ok();
    let (Some(person), Some(id)) = (number("person").map(PersonId), number("erasure")) else {
        return Err(damaged().into());
    };
    let receipt = async {
        match find(ports, person, id).await? {
            Some(Erasure { receipt: Some(receipt), .. }) => return Ok(receipt),
            Some(unfinished) => drop(go_on(ports, unfinished).await?),
            None => {}
        }
        let finished = find(ports, person, id).await?.and_then(|erasure| erasure.receipt);
        finished.ok_or(OperatorRefusal::Contended)
    };
    receipt.await.map_err(begun)
}

/// Returns the refusal of a call that has erased something already: the same call again goes on.
fn begun(refused: OperatorRefusal) -> OperatorRefusal {
    match refused {
        OperatorRefusal::Unavailable(error) => UnknownOutcome::because(error).into(),
        contended @ OperatorRefusal::Contended => UnknownOutcome::because(contended).into(),
        other => other,
    }
}

/// Finishes what ended servers have left; returns how many erasures that were.
///
/// # Errors
/// [`Unavailable`]; the next one goes on.
pub async fn finish_erasures(ports: &Ports) -> Result<usize, OperatorRefusal> {
    let (mut finished, mut failed) = (0, None);
    for erasure in ports.store.unfinished_erasures(BATCH).await? {
        match go_on(ports, erasure).await {
            Ok(_) => finished += 1,
            // It keeps no other from being finished.
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(finished), Err)
}

async fn find(ports: &Ports, person: PersonId, id: Uuid) -> Result<Option<Erasure>, OperatorRefusal> {
    Ok(ports.store.erasures_of(person).await?.into_iter().find(|erasure| erasure.id == id))
}

async fn go_on(ports: &Ports, erasure: Erasure) -> Result<String, OperatorRefusal> {
    let Erasure { person, by, reason, .. } = erasure;
    let cause = RequestOrigin::fresh(ports, OPERATOR).cause(by, Some(reason.clone()));
    Work { ports, person, reason, cause, is_asked: false }.run(None).await
}

impl Work<'_> {
    async fn run(&self, mut keyed: Option<&KeyedCall>) -> Result<String, OperatorRefusal> {
        let mut is_begun = false;
        let outcome = self.steps(&mut keyed, &mut is_begun).await;
        outcome.map_err(|refused| if is_begun { begun(refused) } else { refused })
    }

    /// Goes on until nothing is left; `is_begun` becomes true with the first commit.
    async fn steps(
        &self,
        keyed: &mut Option<&KeyedCall>,
        is_begun: &mut bool,
    ) -> Result<String, OperatorRefusal> {
        let mut tries = self.ports.tries_of("person", self.person.0.to_string()).await;
        while tries.more().await {
            check_first(self.ports, *keyed).await?;
            if let Some(receipt) = self.step(keyed, is_begun).await? {
                return Ok(receipt);
            }
        }
        Err(OperatorRefusal::Contended)
    }

    /// Looks at what is left, and takes it; the receipt, once nothing is left. Forgets `keyed` once its reply is kept.
    async fn step(
        &self,
        keyed: &mut Option<&KeyedCall>,
        is_begun: &mut bool,
    ) -> Result<Option<String>, OperatorRefusal> {
        let Self { ports, person, .. } = self;
        let erasures = ports.store.erasures_of(*person).await?;
        let (base, hold) = hold_in_force(ports, *person).await?;
        let plan = ErasurePlan::of(ports, *person, hold.as_ref(), &self.cause).await?;
        let unfinished = erasures.iter().find(|erasure| erasure.receipt.is_none());
        if plan.is_empty()
            && let Some(last) = unfinished.or(erasures.first())
            // Else what was held has gone elsewhere: the key and the alias, which stayed for it, are left.
            && (last.held.is_empty() || !plan.held.is_empty())
        {
            return self.settled(last, *keyed).await;
        }
        if erasures.is_empty() && !is_known(ports, *person).await? {
            return Err(OperatorRefusal::NotFound);
        }
        let erasure = self.grown(unfinished, &plan);
        if !ports.store.is_kept() {
            return Ok(Some(preview(&erasure)?));
        }
        store_entries(ports, &plan.searched).await?;
        let reply = keyed.map(|keyed| kept(keyed, &erasure));
        match self.take(base, plan, erasure, reply, unfinished.is_none()).await {
            Ok(()) => {
                *keyed = None;
                *is_begun = true;
                Ok(None)
            }
            // What names one of the records came meanwhile: the next look finds it, or is refused.
            Err(CommitError::Stale | CommitError::Referenced) => Ok(None),
            Err(refused) => Err(WriteError::from(refused).into()),
        }
    }

    /// Nothing (more) is left: the erasure is finished, if it was not. No receipt, if somebody else has added to it meanwhile.
    async fn settled(
        &self,
        last: &Erasure,
        keyed: Option<&KeyedCall>,
    ) -> Result<Option<String>, OperatorRefusal> {
        let ports = self.ports;
        if !ports.store.is_kept() {
            return Ok(Some(match &last.receipt {
                Some(receipt) => without_signature(receipt),
                None => preview(last)?,
            }));
        }
        let receipt = match &last.receipt {
            Some(receipt) => receipt.clone(),
            None => match finish(ports, last).await? {
                Some(receipt) => receipt,
                None => return Ok(None),
            },
        };
        if let Some(keyed) = keyed {
            // Nothing has changed that it could be a part of.
            ports.store.store_response(&kept(keyed, last)).await?;
        }
        Ok(Some(receipt))
    }

    /// Returns the erasure with what `plan` takes.
    fn grown(&self, unfinished: Option<&Erasure>, plan: &ErasurePlan) -> Erasure {
        let ports = self.ports;
        let mut erasure = unfinished.cloned().unwrap_or_else(|| {
            let (id, at) = (ports.ids.request(), ports.clock.now().trunc_subsecs(6));
            Erasure::new(id, self.person, at, self.cause.actor.clone(), self.reason.clone())
        });
        let ended = plan.writes.iter().map(|write| &write.draft);
        erasure.records.extend(ended.map(|draft| (draft.kind, draft.key.clone(), draft.version)));
        erasure.changes += count(plan.redacted.len() + plan.writes.len());
        erasure.media += count(plan.media.len());
        erasure.rest.extend(plan.media.iter().cloned());
        erasure.held.clone_from(&plan.held);
        erasure
    }

    async fn take(
        &self,
        base: i64,
        plan: ErasurePlan,
        erasure: Erasure,
        reply: Option<KeyedResponse>,
        is_first: bool,
    ) -> Result<(), CommitError> {
        let Self { ports, person, cause, .. } = self;
        let ErasurePlan { writes, redacted, records, held, .. } = plan;
        let forget = Forget { person: *person, records, is_whole: held.is_empty() };
        let mut steps = vec![
            PersonStep::Decide { person: *person, base },
            PersonStep::Redact(redacted),
            PersonStep::Forget(Box::new(forget)),
            PersonStep::Erase(Box::new(erasure)),
        ];
        if self.is_asked && is_first {
            let access = access(
                ports,
                &cause.actor,
                Some(*person),
                Action::Erase,
                &cause.request_id,
                self.reason.clone(),
            );
            steps.push(PersonStep::Access(Box::new(access)));
        }
        ports.commit_all(Commit { writes, reply, steps }).await.map(drop)
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn kept(keyed: &KeyedCall, erasure: &Erasure) -> KeyedResponse {
    let outcome = json!({ "person": erasure.person.0, "erasure": erasure.id });
    keyed.keep(200, &outcome, erasure.at)
}

/// Deletes what is outside the log, and stores the receipt; none, if the erasure is not as it was read any more. Each step may
/// be repeated.
async fn finish(ports: &Ports, erasure: &Erasure) -> Result<Option<String>, OperatorRefusal> {
    let Erasure { person, records, held, rest, .. } = erasure;
    let searched = records.iter().filter(|(kind, ..)| SearchEntry::has_any(*kind));
    let mut entries: Vec<SearchEntry> =
        searched.map(|(kind, key, version)| SearchEntry::ended(*kind, key, *person, *version)).collect();
    if held.is_empty() {
        entries.push(SearchEntry::of_alias(*person, None));
    }
    store_entries(ports, &entries).await?;
    for name in rest {
        ports.media.delete(name).await?;
    }
    ports.store.overwrite_removed().await?;
    let receipt = signed(erasure, &*ports.signer)?;
    let is_finished = ports.store.finish_erasure(erasure, &receipt).await?;
    Ok(is_finished.then_some(receipt))
}

async fn store_entries(ports: &Ports, entries: &[SearchEntry]) -> Result<(), Unavailable> {
    for some in entries.chunks(ENTRIES_AT_ONCE) {
        ports.store.store_search_entries(some, None).await?;
    }
    Ok(())
}
