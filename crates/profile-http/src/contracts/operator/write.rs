//! What calls that write records have in common: their queries, and replies that are given again (operator API page,
//! section 3).

use actix_web::{HttpRequest, HttpResponse};
use profile_domain::operator::Role;
use profile_usecases::{
    Ports,
    operator::{KeyedCall, OperatorRefusal, Outcome, RecordView, find_replay},
};
use serde_json::Value as Json;

use super::{
    error::OperatorError,
    request::RequestContext,
    response::{Manner, written},
};
use crate::State;

/// Answers a repeated call as the first one was answered.
pub(super) async fn replay(
    ports: &Ports,
    keyed: Option<&KeyedCall>,
    role: Role,
) -> Result<Option<HttpResponse>, OperatorError> {
    match replay_of(ports, keyed).await? {
        Some(Outcome::Record(view, created)) => {
            Ok(Some(written(&view, role, Manner { created, replayed: true, dry_run: false })))
        }
        // Only calls that write records ask here.
        Some(Outcome::Other(_)) | None => Ok(None),
    }
}

/// Answers a call that has written a record, or the first of its copies if one of them was faster: whatever a copy was refused
/// for, it was carried out.
pub(super) async fn carried_out(
    ports: &Ports,
    keyed: Option<&KeyedCall>,
    role: Role,
    manner: Manner,
    outcome: Result<RecordView, OperatorRefusal>,
) -> Result<HttpResponse, OperatorError> {
    match outcome {
        Ok(view) => Ok(written(&view, role, manner)),
        Err(refused @ (OperatorRefusal::Unavailable(_) | OperatorRefusal::Unknown(_))) => Err(refused.into()),
        Err(refused) => match replay(ports, keyed, role).await? {
            Some(replayed) => Ok(replayed),
            None => Err(refused.into()),
        },
    }
}

/// Returns what was kept of a repeated call that has written no record.
pub(super) async fn replay_other(
    ports: &Ports,
    keyed: Option<&KeyedCall>,
) -> Result<Option<Json>, OperatorError> {
    match replay_of(ports, keyed).await? {
        Some(Outcome::Other(outcome)) => Ok(Some(outcome)),
        Some(Outcome::Record(..)) | None => Ok(None),
    }
}

/// Carries out a call that writes no record, once: returns what it has led to, and whether an earlier call did, whose outcome
/// `replayed` reads. Whatever a copy was refused for, the first one was carried out.
pub(super) async fn once<T>(
    ports: &Ports,
    keyed: Option<&KeyedCall>,
    replayed: impl AsyncFn(&Json) -> Result<T, OperatorRefusal>,
    run: impl Future<Output = Result<T, OperatorRefusal>>,
) -> Result<(T, bool), OperatorError> {
    if let Some(outcome) = replay_other(ports, keyed).await? {
        return Ok((replayed(&outcome).await?, true));
    }
    let refused = match run.await {
        Ok(done) => return Ok((done, false)),
        Err(refused @ (OperatorRefusal::Unavailable(_) | OperatorRefusal::Unknown(_))) => {
            return Err(refused.into());
        }
        Err(refused) => refused,
    };
    match replay_other(ports, keyed).await? {
        Some(outcome) => Ok((replayed(&outcome).await?, true)),
        None => Err(refused.into()),
    }
}

async fn replay_of(ports: &Ports, keyed: Option<&KeyedCall>) -> Result<Option<Outcome>, OperatorError> {
    match keyed {
        Some(keyed) => Ok(find_replay(ports, keyed).await?),
        None => Ok(None),
    }
}

/// Reads the idempotency key of a call.
pub(super) fn keyed(
    request: &HttpRequest,
    state: &State,
    query: &mut super::query::Query,
    context: &RequestContext,
    body: &[u8],
    dry_run: bool,
) -> Option<KeyedCall> {
    super::condition::keyed_call(request, query, context, &*state.ports.keyed_hash, body, dry_run)
}
