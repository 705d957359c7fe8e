//! What calls that write records have in common: their queries, and replies that are given again (operator API page,
//! section 3).

use actix_web::{HttpRequest, HttpResponse, web};
use profile_domain::{
    change::RecordKind,
    operator::{Role, Rule, policy::check_kind},
};
use profile_usecases::{
    Ports,
    operator::{KeyedCall, Members, OperatorRefusal, Outcome, Precondition, RecordView, find_replay},
};
use serde_json::Value as Json;

use super::{
    condition::{check_required, keyed_call, precondition},
    endpoint::Answered,
    error::OperatorError,
    query::Query,
    request::{JsonBody, RequestContext, ports_of},
    response::{Manner, written},
};
use crate::State;

/// Answers a repeated call as the first one was answered.
async fn replay(
    ports: &Ports,
    keyed: Option<&KeyedCall>,
    role: Role,
) -> Result<Option<HttpResponse>, OperatorError> {
    let Some(keyed) = keyed else { return Ok(None) };
    match find_replay(ports, keyed).await? {
        Some(Outcome::Record(view, created)) => {
            Ok(Some(written(&view, role, Manner { created, replayed: true, dry_run: false })))
        }
        // Only calls that write records ask here.
        Some(Outcome::Other(_)) | None => Ok(None),
    }
}

/// Carries out a call that writes a record, once: answers what it has led to, or as the first of its copies was answered.
/// Whatever a copy was refused for, the first one was carried out.
pub(super) async fn carried_out(
    ports: &Ports,
    keyed: Option<&KeyedCall>,
    role: Role,
    manner: Manner,
    run: impl Future<Output = Result<RecordView, OperatorRefusal>>,
) -> Answered {
    if let Some(replayed) = replay(ports, keyed, role).await? {
        return Ok(replayed);
    }
    match run.await {
        Ok(view) => Ok(written(&view, role, manner)),
        Err(refused @ (OperatorRefusal::Unavailable(_) | OperatorRefusal::Unknown(_))) => Err(refused.into()),
        Err(refused) => match replay(ports, keyed, role).await? {
            Some(replayed) => Ok(replayed),
            None => Err(refused.into()),
        },
    }
}

/// Carries out a call that writes no record, once: returns what it has led to, and whether an earlier call did, whose outcome
/// `replayed` reads. Whatever a copy was refused for, the first one was carried out.
pub(super) async fn once<T>(
    ports: &Ports,
    keyed: Option<&KeyedCall>,
    replayed: impl AsyncFn(&KeyedCall, &Json) -> Result<T, OperatorRefusal>,
    run: impl Future<Output = Result<T, OperatorRefusal>>,
) -> Result<(T, bool), OperatorError> {
    let earlier = async || {
        let Some(keyed) = keyed else { return Ok(None) };
        match find_replay(ports, keyed).await? {
            Some(Outcome::Other(outcome)) => Ok(Some((replayed(keyed, &outcome).await?, true))),
            Some(Outcome::Record(..)) | None => Ok::<_, OperatorRefusal>(None),
        }
    };
    if let Some(done) = earlier().await? {
        return Ok(done);
    }
    match run.await {
        Ok(done) => Ok((done, false)),
        Err(refused @ (OperatorRefusal::Unavailable(_) | OperatorRefusal::Unknown(_))) => Err(refused.into()),
        Err(refused) => earlier().await?.ok_or_else(|| refused.into()),
    }
}

/// A call with a body that writes no record, after every check that its body needs none of.
pub(super) struct WriteCall {
    pub(super) context: RequestContext,
    pub(super) dry_run: bool,
    pub(super) keyed: Option<KeyedCall>,
    pub(super) ports: Ports,
}

impl WriteCall {
    /// Checks caller, media type and query, and parses the body.
    pub(super) async fn receive(
        request: &HttpRequest,
        payload: web::Payload,
        state: &State,
        rule: Rule,
        types: &[&str],
    ) -> Result<(Self, Members), OperatorError> {
        let context = RequestContext::begin(request, state, Some(rule)).await?;
        let body = JsonBody::receive(request, payload, types).await?;
        let mut query = Query::read(request, &["dry_run"]);
        let dry_run = query.flag("dry_run");
        let keyed = keyed(request, state, &mut query, &context, body.bytes(), dry_run);
        query.check()?;
        let members = body.members()?;
        Ok((Self { context, dry_run, keyed, ports: ports_of(state, dry_run) }, members))
    }
}

/// What a call says that changes a record: the version that it starts from, whether it is carried out, and its name.
pub(super) struct ChangeCall {
    pub(super) dry_run: bool,
    pub(super) precondition: Precondition,
    pub(super) keyed: Option<KeyedCall>,
}

impl ChangeCall {
    /// Ends the checks of the query and the headers.
    pub(super) fn read(
        request: &HttpRequest,
        state: &State,
        mut query: Query,
        context: &RequestContext,
        body: &[u8],
    ) -> Result<Self, OperatorError> {
        let dry_run = query.flag("dry_run");
        let precondition = precondition(request, &mut query);
        let keyed = keyed(request, state, &mut query, context, body, dry_run);
        let required = check_required(&precondition, &query, state.operator.precondition_required);
        query.check()?;
        required?;
        Ok(Self { dry_run, precondition, keyed })
    }
}

/// Checks that a role writes records of a kind.
pub(super) fn check_write(kind: RecordKind, role: Role) -> Result<(), OperatorError> {
    check_kind(kind).and_then(|()| Rule::Write.check(role)).map_err(OperatorError::forbidden)
}

/// Reads the idempotency key of a call.
pub(super) fn keyed(
    request: &HttpRequest,
    state: &State,
    query: &mut Query,
    context: &RequestContext,
    body: &[u8],
    dry_run: bool,
) -> Option<KeyedCall> {
    keyed_call(request, query, context, &*state.ports.keyed_hash, body, dry_run)
}
